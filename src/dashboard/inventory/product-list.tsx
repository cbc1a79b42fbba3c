import type { ProductView } from '../../contract/product'
import { count, when } from '../formats'
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
    <span class={`level ${level}`} key={stock}>
      <a
        class="books"
        href={linkTo('inventory', id, 'ledger')}
        aria-label={`${count(stock)} in stock: its changes`}
      >
        {count(stock)}
      </a>
      {level !== 'enough' && <small>{level === 'out' ? 'Sold out' : 'Low'}</small>}
    </span>
  )
}

const Header = ({ sort }: { sort: string }) => (
  <>
    <SortHeader column="product" label="Product" by="name" sort={sort} />
    <SortHeader column="price" label="Price" by="price" sort={sort} />
    <span role="columnheader" class="cell stock">
      <a
        href={linkToQuery('inventory', { inStock: LOW })}
        title="Products running low, the least stock first"
      >
        Stock
      </a>
    </span>
    <span role="columnheader" class="cell changed">
      Changed
    </span>
    <span role="columnheader" class="cell actions">
      <span class="unseen">Actions</span>
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
    return shelf.failure.value ? null : <div class="empty quiet">Loading products…</div>
  const nothing = (
    <div class="empty">
      <strong>{searched ? `Nothing is called “${searched}”` : 'No products here'}</strong>
      <span class="quiet">
        {searched
          ? 'Try the beginning of another word in the name, or a whole SKU.'
          : 'Add the first, and it can be ordered at once.'}
      </span>
    </div>
  )
  return (
    <VirtualList
      label="Products"
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
          <p class="end quiet">Loading more products…</p>
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
              aria-label={`Adjust the stock of ${product.name}`}
            >
              Adjust
            </a>
          </span>
        </>
      )}
    </VirtualList>
  )
}
