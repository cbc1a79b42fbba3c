import type { DeletedProductView } from '../../contract/product'
import { when } from '../formats'
import { t } from '../languages/inventory'
import { t as shared } from '../languages/shared'
import type { PagedRows } from '../parts/paged-rows'
import { VirtualList } from '../parts/virtual-list'

const ROW_HEIGHT = 53
const NARROW_ROW_HEIGHT = 89

const header = (
  <>
    <span role="columnheader" class="cell product">
      {shared.product}
    </span>
    <span role="columnheader" class="cell deleted">
      {t.deleted}
    </span>
    <span role="columnheader" class="cell actions">
      <span class="unseen">{t.actions}</span>
    </span>
  </>
)

interface DeletedListProps {
  products: PagedRows<DeletedProductView>
  /** Whether one is being restored. */
  isBusy: boolean
  /** Ids of products that are on sale again, which are listed as long as somebody points at the list. */
  restored: ReadonlySet<string>
  onRestore: (product: DeletedProductView) => void
}

/** Rows of deleted products, the last first, loaded as they are scrolled to. */
export function DeletedList({ products, isBusy, restored, onRestore }: DeletedListProps) {
  void products.version.value // subscribes to the rows, which are no signals
  if (!products.loaded.value)
    return products.failure.value ? null : <div class="empty quiet">{t.loadingProducts}</div>
  return (
    <VirtualList
      label={t.deletedProducts}
      rows={products}
      rowHeight={ROW_HEIGHT}
      narrowRowHeight={NARROW_ROW_HEIGHT}
      header={header}
      onNearEnd={() => products.failure.peek() === undefined && void products.more()}
      footer={
        products.length === 0 ? (
          <div class="empty">
            <strong>{t.noDeletedProducts}</strong>
          </div>
        ) : products.loading.value ? (
          <p class="end quiet">{t.loadingMoreProducts}</p>
        ) : null
      }
    >
      {(product) => (
        <>
          <span class="cell product" role="cell" dir="auto" title={product.name}>
            {product.name}
            {product.sku !== null && <small class="quiet">{product.sku}</small>}
          </span>
          <span class="cell deleted" role="cell">
            {when(product.deletedAt)}
          </span>
          <span class="cell actions" role="cell">
            <button
              class="button small"
              type="button"
              aria-disabled={isBusy || restored.has(product.id)}
              aria-label={(restored.has(product.id) ? t.restoredOne : t.restoreOne)(product.name)}
              onClick={() => restored.has(product.id) || onRestore(product)}
            >
              {restored.has(product.id) ? t.restored : t.restore}
            </button>
          </span>
        </>
      )}
    </VirtualList>
  )
}
