import { download } from '../parts/download'
import { Menu } from '../parts/menu'
import { isAdmin } from '../people/roles'
import { linkTo } from '../routing'

/** Further actions on the products. @param filters parameters of GET /products of the shown list */
export const InventoryMenu = ({ filters }: { filters: URLSearchParams }) => (
  <Menu label="More">
    <a href={linkTo('inventory', 'stocktake')}>Take stock</a>
    {isAdmin.value && <a href={linkTo('inventory', 'import')}>Import products…</a>}
    <button type="button" onClick={() => void download(`/products/export?${filters}`)}>
      Export this list
    </button>
  </Menu>
)
