import { useEffect } from 'preact/hooks'
import type { OrderStatus } from '../../../contract/order'
import { money, shortId } from '../../formats'
import { t } from '../../languages/orders'
import { t as shared } from '../../languages/shared'
import { lazy } from '../../parts/lazy'
import { Notice } from '../../parts/notice'
import { linkTo } from '../../routing'
import type { OrderFeed } from '../feed'
import { statusNames } from '../status'
import { type Batch, batch, batchWaiting, changeSoon, dismissBatch, sendNow, undo } from './batch'
import { clearSelection, selected } from './selection'

const PrintMenu = lazy(async () => (await import('../print/print-buttons')).PrintMenu)

/** The actions on a selection, and the required status for each. */
export const bulkSteps = (): { to: OrderStatus; from: OrderStatus[]; label: string; key: string }[] => [
  { to: 'confirmed', from: ['pending'], label: t.confirm, key: 'c' },
  { to: 'shipped', from: ['confirmed'], label: t.markAsShipped, key: 's' },
  { to: 'delivered', from: ['shipped'], label: t.markAsDelivered, key: 'd' },
  { to: 'cancelled', from: ['pending', 'confirmed'], label: t.cancelOrders, key: '' },
]

const latest = (feed: OrderFeed) =>
  [...selected.value.values()].map((order) => feed.at(feed.indexOf(order.id)) ?? order)

/** The ids of the selected orders ready for a step. */
const idsFor = (feed: OrderFeed, from: OrderStatus[]) =>
  latest(feed)
    .filter(({ status }) => from.includes(status))
    .map(({ id }) => id)

/** Moves the selected orders to `to`, where their status allows it. */
export function moveSelected(feed: OrderFeed, to: OrderStatus): void {
  const ids = idsFor(feed, bulkSteps().find((step) => step.to === to)?.from ?? [])
  if (ids.length === 0) return
  clearSelection()
  void changeSoon(ids, to)
}

/** The selection with its actions and their outcome: below the list, whose rows stay where they are. */
export function BulkBar({ feed }: { feed: OrderFeed }) {
  const now = batch.value
  useEffect(() => {
    for (const { order } of now?.outcomes ?? []) if (order) feed.put(order)
  }, [feed, now?.outcomes])
  return (
    <div class="bulk">
      {now && <Progress batch={now} />}
      {selected.value.size > 0 && <Selection feed={feed} />}
    </div>
  )
}

function Selection({ feed }: { feed: OrderFeed }) {
  const orders = latest(feed)
  const total = orders.reduce((sum, { totalPrice }) => sum + totalPrice, 0)
  return (
    <section class="bulk-bar" aria-label={t.selectedOrders}>
      <strong>{shared.nOrder(orders.length)}</strong>
      <span class="quiet">{money(total)}</span>
      {bulkSteps().map(({ to, from, label }, i) => {
        const count = idsFor(feed, from).length
        return (
          count > 0 && (
            <button
              class={`button ${i === 0 ? 'primary' : to === 'cancelled' ? 'danger' : ''}`}
              type="button"
              key={to}
              onClick={() => moveSelected(feed, to)}
            >
              {label} {count}
            </button>
          )
        )
      })}
      <PrintMenu orders={orders} />
      <button class="button bare" type="button" onClick={clearSelection}>
        {t.clear}
      </button>
    </section>
  )
}

function Progress({ batch: { ids, status, state, left, outcomes, failure } }: { batch: Batch }) {
  const name = statusNames()[status].toLowerCase()
  if (state === 'held')
    return (
      <section class="bulk-bar" aria-label={t.heldChange}>
        <span role="status">{t.nOrderWillBe(ids.length, name)}</span>
        <span class="quiet" role="timer">
          {t.inS(String(left))}
        </span>
        <button class="button" type="button" onClick={undo}>
          {t.undo}
        </button>
        <button class="button bare" type="button" onClick={() => void sendNow()}>
          {t.doItNow}
        </button>
      </section>
    )
  if (state === 'sending')
    return <Notice tone="wait">{batchWaiting.value ?? t.nOrderWorking(ids.length)}</Notice>
  const failed = outcomes.filter(({ reason }) => reason !== undefined)
  return (
    <Notice tone={failure !== undefined || failed.length > 0 ? 'bad' : 'good'}>
      {failure ?? t.nOrderAre(outcomes.length - failed.length, name)}{' '}
      <button class="button small" type="button" onClick={dismissBatch}>
        {shared.dismiss}
      </button>
      {failed.length > 0 && (
        <ul class="outcomes">
          {failed.map(({ id, reason }) => (
            <li key={id}>
              <a href={linkTo('orders', id)}>{shortId(id)}</a>: {reason}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  )
}
