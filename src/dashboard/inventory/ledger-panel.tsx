import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { LedgerEntry } from '../../contract/ledger'
import { call } from '../api/call'
import { Refused } from '../api/failures'
import { change, count, fullTime, money, shortId } from '../formats'
import { onEvents } from '../live/stream'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { useLoad } from '../parts/load'
import { LoadFailure, Notice } from '../parts/notice'
import type { Page } from '../parts/paged-rows'
import { Progress } from '../parts/progress'
import { linkTo, linkToQuery } from '../routing'
import { causeNames } from './causes'
import { useProduct } from './use-product'

const PAGE = 50

interface LedgerPanelProps {
  id: string
  mayWrite: boolean
  onClose: () => void
}

/** A product with every change of its stock: when, why and by whom, newest first. */
export function LedgerPanel({ id, mayWrite, onClose }: LedgerPanelProps) {
  const { seen, loading: product } = useProduct(id)
  const page = useSignal<Page<LedgerEntry> | undefined>(undefined)
  /** Whether the stock has changed since the entries were loaded. */
  const changed = useSignal(false)
  const older = useAction()
  const path = `/products/${encodeURIComponent(id)}/ledger?limit=${PAGE}`
  const loading = useLoad(
    async (retryOptions) => {
      page.value = (await call<Page<LedgerEntry>>('GET', path, retryOptions)).body
      changed.value = false
    },
    [id],
  )
  useEffect(
    () =>
      onEvents((events) => {
        if (events.some(({ type, data }) => type === 'stock:changed' && data.productId === id))
          changed.value = true
      }),
    [id],
  )
  const more = (cursor: string) =>
    older.run(async (retryOptions) => {
      const address = `${path}&cursor=${encodeURIComponent(cursor)}`
      const { body } = await call<Page<LedgerEntry>>('GET', address, retryOptions)
      page.value = { ...body, items: [...(page.peek()?.items ?? []), ...body.items] }
    })
  const shown = seen.value?.product
  const gone = product.failure.value instanceof Refused && product.failure.value.status === 404
  const { items = [], nextCursor = null } = page.value ?? {}
  return (
    <Dialog title="Stock of a product" place="side" onClose={onClose}>
      {shown && (
        <p class="subject">
          <strong dir="auto">{shown.name}</strong>
          <span>
            {count(shown.stock)} in stock, {money(shown.price)}
            {shown.sku !== null && `, ${shown.sku}`}
          </span>
        </p>
      )}
      {gone && <Notice tone="wait">This product was deleted. Its books stay.</Notice>}
      <p class="actions">
        {shown && mayWrite && (
          <a class="button" href={linkTo('inventory', id)}>
            Edit
          </a>
        )}
        {shown && (
          <a class="button" href={linkTo('inventory', id, 'stock')}>
            Adjust stock
          </a>
        )}
        <a class="button" href={linkToQuery('orders', { productId: id })}>
          Its orders
        </a>
        {changed.value && (
          <button class="button news" type="button" onClick={loading.again}>
            Show new changes
          </button>
        )}
      </p>
      <LoadFailure failure={loading.failure.value} again={loading.again} />
      {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
      <table class="ledger">
        <caption class="unseen">Changes of the stock, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Change</th>
            <th scope="col">Stock</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {items.map((entry, i) => (
            <tr key={i}>
              <td>{change(entry.delta)}</td>
              <td>{count(entry.stock)}</td>
              <td>
                <span>
                  {causeNames[entry.cause]}
                  {entry.orderId !== undefined && (
                    <>
                      {' '}
                      <a href={linkTo('orders', entry.orderId)}>{shortId(entry.orderId)}</a>
                    </>
                  )}{' '}
                  by <bdi>{entry.actor.type === 'system' ? 'the system' : entry.actor.name}</bdi>
                </span>
                {entry.reason !== undefined && <q dir="auto">{entry.reason}</q>}
                <time class="quiet" dateTime={entry.at}>
                  {fullTime(entry.at)}
                </time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {loading.busy.value && !page.value && <p class="quiet">Loading…</p>}
      <Progress action={older} />
      {nextCursor !== null && (
        <button
          class="button"
          type="button"
          aria-disabled={older.busy.value}
          onClick={() => void more(nextCursor)}
        >
          {older.busy.value ? 'Loading…' : 'Older changes'}
        </button>
      )}
    </Dialog>
  )
}
