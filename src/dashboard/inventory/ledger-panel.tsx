import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { LedgerEntry } from '../../contract/ledger'
import { call } from '../api/call'
import { Refused } from '../api/failures'
import { change, count, fullTime, money, shortId } from '../formats'
import { t } from '../languages/books'
import { t as shared } from '../languages/shared'
import { onEvents } from '../live/stream'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { useLoad } from '../parts/load'
import { LoadFailure, Notice } from '../parts/notice'
import type { Page } from '../parts/paged-rows'
import { Progress } from '../parts/progress'
import { linkTo, linkToQuery } from '../routing'
import { BalanceChart } from './balance-chart'
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
  const { seen, loading: product, again } = useProduct(id)
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
    <Dialog title={t.stockOfAProduct} place="side" onClose={onClose}>
      {shown && (
        <p class="subject">
          <strong dir="auto">{shown.name}</strong>
          <span>
            {t.inStock(count(shown.stock), money(shown.price))}
            {shown.sku !== null && `, ${shown.sku}`}
          </span>
        </p>
      )}
      {gone ? (
        <Notice tone="wait">{t.thisProductWasDeleted}</Notice>
      ) : (
        <LoadFailure failure={product.failure.value} again={again} />
      )}
      <p class="actions">
        {shown && mayWrite && (
          <a class="button" href={linkTo('inventory', id)}>
            {t.edit}
          </a>
        )}
        {shown && (
          <a class="button" href={linkTo('inventory', id, 'stock')}>
            {t.adjustStock}
          </a>
        )}
        <a class="button" href={linkToQuery('orders', { productId: id })}>
          {t.itsOrders}
        </a>
        {changed.value && (
          <button class="button news" type="button" onClick={loading.again}>
            {t.showNewChanges}
          </button>
        )}
      </p>
      <LoadFailure failure={loading.failure.value} again={loading.again} />
      {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
      <BalanceChart entries={items} />
      <table class="ledger">
        <caption class="unseen">{t.changesOfTheStock}</caption>
        <thead>
          <tr>
            <th scope="col">{t.change}</th>
            <th scope="col">{shared.stock}</th>
            <th scope="col">{t.why}</th>
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
                  {t.by(<bdi>{entry.actor.type === 'system' ? t.theSystem : entry.actor.name}</bdi>)}
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
      {loading.busy.value && !page.value && <p class="quiet">{shared.loading}</p>}
      <Progress action={older} />
      {nextCursor !== null && (
        <button
          class="button"
          type="button"
          aria-disabled={older.busy.value}
          onClick={() => void more(nextCursor)}
        >
          {older.busy.value ? shared.loading : t.olderChanges}
        </button>
      )}
    </Dialog>
  )
}
