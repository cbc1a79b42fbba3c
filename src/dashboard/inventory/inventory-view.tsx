import { computed, useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { ProductView } from '../../contract/product'
import { call } from '../api/call'
import { count, money, when } from '../formats'
import { onEvents, resets } from '../live/stream'
import { LoadFailure, Notice } from '../parts/notice'
import { VirtualList } from '../parts/virtual-list'
import { useWaiting } from '../parts/waiting'
import { useWide } from '../parts/wide'
import { lowThreshold } from '../pulse/pulse'
import { go, linkTo, route, setQuery } from '../routing'
import { session } from '../session/session'
import { AdjustDialog } from './adjust-dialog'
import { ProductDialog } from './product-dialog'
import { type ProductPage, Shelf } from './shelf'

const PAGE = 50
const ROW_HEIGHT = 53
const NARROW_ROW_HEIGHT = 73
const SEARCH_DEBOUNCE_MS = 200
const NEWEST_FIRST = '-createdAt'

const sorts = [
  [NEWEST_FIRST, 'Newest first'],
  ['name', 'Name, A to Z'],
  ['-name', 'Name, Z to A'],
  ['price', 'Price, lowest first'],
  ['-price', 'Price, highest first'],
  ['createdAt', 'Oldest first'],
] as const

/** Staff adjust stock; only admins write products. */
const mayWrite = computed(() => 'user' in session.value && session.value.user.role === 'admin')

/** List of products with live stock. */
export function InventoryView() {
  const { query, id, action } = route.value
  const [q = '', sort = NEWEST_FIRST, stocked = ''] = ['q', 'sort', 'inStock'].map(
    (name) => query.get(name) ?? undefined,
  )
  const { note, retryOptions } = useWaiting()

  const shelf = useMemo(
    () =>
      new Shelf(!q && sort === NEWEST_FIRST && !stocked, async (cursor) => {
        const asked = new URLSearchParams({ limit: String(PAGE), sort })
        if (q) asked.set('q', q)
        if (stocked) asked.set('inStock', stocked)
        if (cursor) asked.set('cursor', cursor)
        return (await call<ProductPage>('GET', `/products?${asked}`, retryOptions(`${q} ${sort} ${stocked}`)))
          .body
      }),
    [q, sort, stocked],
  )
  useEffect(() => onEvents((events) => shelf.apply(events)), [shelf])
  // Signals call a new subscriber at once: loads now, and again on each reset before the page turns live.
  useEffect(() => resets.subscribe(() => void shelf.reload()), [shelf])

  // Keeps the previous result on screen until the new one has loaded.
  const search = `${q} ${sort} ${stocked}`
  const shown = useRef({ shelf, q, search })
  if (shelf.loaded.value || shelf.failure.value !== undefined) shown.current = { shelf, q, search }
  const close = () => go(linkTo('inventory'))
  return (
    <>
      <header class="bar">
        <h1>Inventory</h1>
        <Tools q={q} sort={sort} stocked={stocked} />
        {mayWrite.value && (
          <a class="button primary" href={linkTo('inventory', 'new')}>
            Add product
          </a>
        )}
      </header>
      {note.value && <Notice tone="wait">{note.value}</Notice>}
      <LoadFailure failure={shelf.failure.value} again={() => void shelf.reload()} />
      {shelf.added.value > 0 && (
        <Notice tone="good">
          New products were added.{' '}
          <button class="button small" type="button" onClick={() => void shelf.reload()}>
            Load them
          </button>
        </Notice>
      )}
      <Products key={shown.current.search} shelf={shown.current.shelf} searched={shown.current.q} />
      {id && action === 'stock' && (
        <AdjustDialog id={id} onDone={(product) => shelf.put(product)} onClose={close} />
      )}
      {id && action !== 'stock' && (
        <ProductDialog
          key={id}
          id={id === 'new' ? undefined : id}
          onDone={(product) => shelf.put(product)}
          onClose={close}
        />
      )}
    </>
  )
}

function Tools({ q, sort, stocked }: { q: string; sort: string; stocked: string }) {
  const text = useSignal(q)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const search = (typed: string) => {
    text.value = typed
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setQuery({ q: typed.trim() }), SEARCH_DEBOUNCE_MS)
  }
  return (
    <search class="tools">
      <input
        type="search"
        aria-label="Search products"
        placeholder="Search products"
        value={text}
        maxLength={200}
        onInput={(event) => search(event.currentTarget.value)}
      />
      <select
        aria-label="Sort by"
        value={sort}
        onChange={({ currentTarget: { value } }) => setQuery({ sort: value === NEWEST_FIRST ? '' : value })}
      >
        {sorts.map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
      <select
        aria-label="Stock"
        value={stocked}
        onChange={({ currentTarget: { value } }) => setQuery({ inStock: value })}
      >
        <option value="">Any stock</option>
        <option value="true">In stock</option>
        <option value="false">Sold out</option>
      </select>
    </search>
  )
}

/** Units in stock, highlighted when low or sold out. */
function Stock({ stock }: { stock: number }) {
  const level = stock === 0 ? 'out' : stock <= lowThreshold.value ? 'low' : 'enough'
  return (
    // Keyed by value: a change creates a new element, which restarts the CSS animation.
    <span class={`level ${level}`} key={stock}>
      {count(stock)}
      {level !== 'enough' && <small>{level === 'out' ? 'Sold out' : 'Low'}</small>}
    </span>
  )
}

const header = ['Product', 'Price', 'Stock', 'Changed', 'Actions'].map((name) => (
  <span role="columnheader" class={`cell ${name.toLowerCase()}`} key={name}>
    {name === 'Actions' ? <span class="unseen">Actions</span> : name}
  </span>
))

function Products({ shelf, searched }: { shelf: Shelf; searched: string }) {
  void shelf.version.value // subscribes to the shelf: its rows are no signals
  const wide = useWide()
  if (!shelf.loaded.value)
    return shelf.failure.value ? null : <div class="empty quiet">Loading products…</div>
  const nothing = (
    <div class="empty">
      <strong>{searched ? `Nothing is called “${searched}”` : 'No products here'}</strong>
      <span class="quiet">
        {searched
          ? 'Try the beginning of another word in the name.'
          : 'Add the first, and it can be ordered at once.'}
      </span>
    </div>
  )
  return (
    <VirtualList
      label="Products"
      rows={shelf}
      rowHeight={wide ? ROW_HEIGHT : NARROW_ROW_HEIGHT}
      header={header}
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
          <span class="cell product" role="cell">
            {mayWrite.value ? (
              <a href={linkTo('inventory', product.id)} title={product.name}>
                {product.name}
              </a>
            ) : (
              <span title={product.name}>{product.name}</span>
            )}
          </span>
          <span class="cell price" role="cell">
            {money(product.price)}
          </span>
          <span class="cell stock" role="cell">
            <Stock stock={product.stock} />
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
