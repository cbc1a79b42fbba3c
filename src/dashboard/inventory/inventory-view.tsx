import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { call } from '../api/call'
import { t } from '../languages/inventory'
import { onEvents, onLoad } from '../live/stream'
import { useKept } from '../parts/kept'
import { lazy } from '../parts/lazy'
import { LoadFailure, Notice } from '../parts/notice'
import { waitIn } from '../parts/waiting'
import { isAdmin } from '../people/roles'
import { leaveTo, linkTo, route } from '../routing'
import { AdjustDialog } from './adjust-dialog'
import { DeletionBar } from './deletion-bar'
import { InventoryMenu } from './inventory-menu'
import { InventoryTools, LOW, NEWEST_FIRST } from './inventory-tools'
import { LowList } from './low-list'
import { ProductDialog } from './product-dialog'
import { ProductList } from './product-list'
import { type ProductPage, Shelf } from './shelf'
import { canBeSku } from './sku'

const LedgerPanel = lazy(async () => (await import('./ledger-panel')).LedgerPanel)
const ImportDialog = lazy(async () => (await import('./import-dialog')).ImportDialog)
const DeletedView = lazy(
  async () => (await import('./deleted-view')).DeletedView,
  () => t.deletedProducts,
)
const StocktakeView = lazy(async () => (await import('./stocktake/stocktake-view')).StocktakeView)

const PAGE = 50

/** The list as parameters of GET /products. */
function parametersOf(q: string, sort: string, stocked: string): URLSearchParams {
  const parameters = new URLSearchParams({ sort })
  if (q) parameters.set('q', q)
  if (stocked && stocked !== LOW) parameters.set('inStock', stocked)
  return parameters
}

/** Begins a list of products, which stays current until it is stopped. */
function openShelf(q: string, sort: string, stocked: string) {
  const note = signal<string | undefined>(undefined)
  const { retryOptions, stop } = waitIn(note)
  const ask = async (asked: URLSearchParams) =>
    (await call<ProductPage>('GET', `/products?${asked}`, retryOptions)).body
  const shelf = new Shelf(!q && sort === NEWEST_FIRST && !stocked, async (cursor) => {
    const asked = parametersOf(q, sort, stocked)
    asked.set('limit', String(PAGE))
    if (cursor) asked.set('cursor', cursor)
    const page = await ask(asked)
    if (page.items.length > 0 || page.nextCursor !== null || !canBeSku(q)) return page
    // No name has these words: it may be a SKU.
    asked.delete('q')
    asked.set('sku', q)
    return ask(asked)
  })
  const stops = [onEvents((events) => shelf.apply(events)), onLoad(() => void shelf.reload()), stop]
  const stopAll = () => {
    for (const each of stops) each()
  }
  return { value: { shelf, note }, stop: stopAll }
}

/** List of products with live stock, the stocktake, or the deleted products. */
export function InventoryView() {
  const { id } = route.value
  return id === 'stocktake' ? <StocktakeView /> : id === 'deleted' ? <DeletedView /> : <Inventory />
}

function Inventory() {
  const { query, id, action } = route.value
  const [q = '', sort = NEWEST_FIRST, stocked = ''] = ['q', 'sort', 'inStock'].map(
    (name) => query.get(name) ?? undefined,
  )
  const search = `${q} ${sort} ${stocked}`
  const { shelf, note } = useKept('inventory', search, () => openShelf(q, sort, stocked))
  useEffect(() => {
    if (shelf.failure.peek() !== undefined) void shelf.reload()
  }, [shelf])

  // Keeps the previous result on screen until the new one has loaded.
  const shown = useRef({ shelf, q, search })
  if (shelf.loaded.value || shelf.failure.value !== undefined) shown.current = { shelf, q, search }
  const close = () => leaveTo(linkTo('inventory'))
  return (
    <>
      <header class="bar">
        <h1>{t.inventory}</h1>
        <InventoryTools q={q} sort={sort} stocked={stocked} />
        <InventoryMenu filters={parametersOf(q, sort, stocked)} />
        {isAdmin.value && (
          <a class="button primary end-of-bar" href={linkTo('inventory', 'new')}>
            {t.addProduct}
          </a>
        )}
      </header>
      {note.value && <Notice tone="wait">{note.value}</Notice>}
      <LoadFailure failure={shelf.failure.value} again={() => void shelf.reload()} />
      {shelf.added.value > 0 && (
        <Notice tone="good">
          {t.newProductsWereAdded}{' '}
          <button class="button small" type="button" onClick={() => void shelf.reload()}>
            {t.loadThem}
          </button>
        </Notice>
      )}
      {stocked === LOW ? (
        <LowList />
      ) : (
        <ProductList
          key={shown.current.search}
          memory={`inventory ${shown.current.search}`}
          shelf={shown.current.shelf}
          searched={shown.current.q}
          sort={sort}
        />
      )}
      <DeletionBar />
      {id && action === 'stock' && (
        <AdjustDialog id={id} onDone={(product) => shelf.put(product)} onClose={close} />
      )}
      {id && action === 'ledger' && <LedgerPanel key={id} id={id} mayWrite={isAdmin.value} onClose={close} />}
      {id === 'import' && <ImportDialog onClose={close} />}
      {id && id !== 'import' && action !== 'stock' && action !== 'ledger' && (
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
