import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { AnyEvent } from '../../client/index'
import type { DeletedProductView } from '../../contract/product'
import { call } from '../api/call'
import { explain } from '../api/failures'
import { t } from '../languages/inventory'
import { onEvents } from '../live/stream'
import { useAction } from '../parts/action'
import { NoSuchPage } from '../parts/error-page'
import { LoadFailure, Notice } from '../parts/notice'
import { type Page, PagedRows } from '../parts/paged-rows'
import { Progress } from '../parts/progress'
import { useWaiting } from '../parts/waiting'
import { isAdmin } from '../people/roles'
import { linkTo } from '../routing'
import { DeletedList } from './deleted-list'

const PAGE = 50

/** The deleted products, for admins, who can restore them. */
export const DeletedView = () => (isAdmin.value ? <Deleted /> : <NoSuchPage />)

function Deleted() {
  const { note, retryOptions } = useWaiting()
  const restoring = useAction()
  /** The name of the product that is or was being restored. */
  const name = useSignal('')
  const isRestored = useSignal(false)
  const restored = useSignal<ReadonlySet<string>>(new Set())
  const products = useMemo(
    () =>
      new PagedRows<DeletedProductView>(async (cursor) => {
        const asked = new URLSearchParams({ limit: String(PAGE), ...(cursor && { cursor }) })
        const path = `/products/deleted?${asked}`
        return (await call<Page<DeletedProductView>>('GET', path, retryOptions('deleted'))).body
      }),
    [],
  )
  useEffect(() => {
    void products.reload()
    const isOfTheList = ({ type, data }: AnyEvent) =>
      type === 'product:deleted' || (type === 'product:created' && products.indexOf(data.id) >= 0)
    return onEvents((events) => {
      if (!events.some(isOfTheList)) return
      const ids = new Set(restored.peek())
      for (const { type, data } of events)
        if (type === 'product:deleted') ids.delete(data.id)
        else if (type === 'product:created') ids.add(data.id)
      restored.value = ids
      void products.reload()
    })
  }, [products])

  const restore = async (product: DeletedProductView) => {
    if (restoring.busy.value) return
    name.value = product.name
    isRestored.value = false
    const path = `/products/${encodeURIComponent(product.id)}/restore`
    isRestored.value = await restoring.run(async (options) => {
      await call('POST', path, { idempotent: true, ...options })
      restored.value = new Set(restored.peek()).add(product.id)
      products.remove(product.id)
    })
  }
  return (
    <>
      <header class="bar">
        <h1>{t.deletedProducts}</h1>
        <a class="button end-of-bar" href={linkTo('inventory')}>
          {t.backToTheProducts}
        </a>
      </header>
      {note.value && <Notice tone="wait">{note.value}</Notice>}
      <LoadFailure failure={products.failure.value} again={() => void products.reload()} />
      <DeletedList
        products={products}
        isBusy={restoring.busy.value}
        restored={restored.value}
        onRestore={(product) => void restore(product)}
      />
      {/* Below the list: its rows stay where they are. */}
      <Progress
        action={restoring}
        messageFor={(error) => `${t.wasNotRestored(name.value)} ${explain(error)}`}
      />
      {isRestored.value && <Notice tone="good">{t.isOnSaleAgain(name.value)}</Notice>}
    </>
  )
}
