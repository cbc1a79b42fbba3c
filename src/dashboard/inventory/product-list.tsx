import type { ProductView } from '../../contract/product'
import { count, when } from '../formats'
import { t } from '../languages/inventory'
import { t as shared } from '../languages/shared'
import { MoneyCell } from '../parts/money-cell'
import { SortHeader } from '../parts/sort-header'
import { VirtualList } from '../parts/virtual-list'
import { isAdmin } from '../people/roles'
import { lowThreshold } from '../pulse/pulse'
import { linkTo, linkToQuery } from '../routing'
import { LOW } from './inventory-tools'
import type { Shelf } from './shelf'

const ROW_HEIGHT = 53
const NARROW_ROW_HEIGHT = 73

/** Units in stock, highlighted when low or sold out. */
function Stock({ product: { id, stock, lowStockThreshold } }: { product: ProductView }) {
  const level = stock === 0 ? 'out' : stock <= (lowStockThreshold ?? lowThreshold.value) ? 'low' : 'enough'
  return (
    // Keyed by value: a change creates a new element, which restarts the CSS animation.
    <span class={`level ${level}`} key={stock} data-left={t.unitsLeft}>
      <a
        class="books"
        href={linkTo('inventory', id, 'ledger')}
        aria-label={t.inStockItsChanges(count(stock))}
      >
        {count(stock)}
      </a>
      {level !== 'enough' && <small>{level === 'out' ? t.soldOut : t.low}</small>}
    </span>
  )
}

const Header = ({ sort }: { sort: string }) => (
  <>
    <SortHeader column="product" label={shared.product} by="name" sort={sort} />
    <SortHeader column="price" label={t.price} by="price" sort={sort} />
    <span role="columnheader" class="cell stock">
      <a href={linkToQuery('inventory', { inStock: LOW })} title={t.productsRunningLowThe}>
        {shared.stock}
      </a>
    </span>
    <span role="columnheader" class="cell changed">
      {t.changed}
    </span>
    <span role="columnheader" class="cell actions">
      <span class="unseen">{t.actions}</span>
    </span>
  </>
)

interface ProductListProps {
  shelf: Shelf
  memory: string
  searched: string
  sort: string
}

/** Rows of products with their live stock. */
export function ProductList({ shelf, memory, searched, sort }: ProductListProps) {
  void shelf.version.value // subscribes to the shelf: its rows are no signals
  if (!shelf.loaded.value)
    return shelf.failure.value ? null : <div class="empty quiet">{t.loadingProducts}</div>
  const nothing = (
    <div class="empty">
      <strong>{searched ? t.nothingIsCalled(searched) : t.noProductsHere}</strong>
      <span class="quiet">{searched ? t.tryTheBeginningOf : t.addTheFirstAnd}</span>
    </div>
  )
  return (
    <VirtualList
      label={t.products}
      rows={shelf}
      rowHeight={ROW_HEIGHT}
      narrowRowHeight={NARROW_ROW_HEIGHT}
      header={<Header sort={sort} />}
      memory={memory}
      onNearEnd={() => shelf.failure.peek() === undefined && void shelf.more()}
      footer={
        shelf.length === 0 ? (
          nothing
        ) : shelf.loading.value ? (
          <p class="end quiet">{t.loadingMoreProducts}</p>
        ) : null
      }
    >
      {(product: ProductView) => (
        <>
          <span class="cell product" role="cell" dir="auto">
            <a
              href={
                isAdmin.value ? linkTo('inventory', product.id) : linkTo('inventory', product.id, 'ledger')
              }
              title={product.name}
            >
              {product.name}
            </a>
            {product.sku !== null && <small class="quiet">{product.sku}</small>}
          </span>
          <MoneyCell column="price" amount={product.price} />
          <span class="cell stock" role="cell">
            <Stock product={product} />
          </span>
          <span class="cell changed" role="cell">
            {when(product.updatedAt)}
          </span>
          <span class="cell actions" role="cell">
            <a
              class="button small"
              href={linkTo('inventory', product.id, 'stock')}
              aria-label={t.adjustTheStockOf(product.name)}
            >
              {t.adjust}
            </a>
          </span>
        </>
      )}
    </VirtualList>
  )
}
