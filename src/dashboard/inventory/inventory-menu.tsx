import { t } from '../languages/inventory'
import { download } from '../parts/download'
import { Menu } from '../parts/menu'
import { isAdmin } from '../people/roles'
import { linkTo } from '../routing'

/** Further actions on the products. @param filters parameters of GET /products of the shown list */
export const InventoryMenu = ({ filters }: { filters: URLSearchParams }) => (
  <Menu label={t.more}>
    <a href={linkTo('inventory', 'stocktake')}>{t.takeStock}</a>
    {isAdmin.value && <a href={linkTo('inventory', 'import')}>{t.importProducts}</a>}
    <button type="button" onClick={() => void download(`/products/export?${filters}`)}>
      {t.exportThisList}
    </button>
    {isAdmin.value && <a href={linkTo('inventory', 'deleted')}>{t.deletedProducts}</a>}
  </Menu>
)
