import { effect, signal } from '@preact/signals'
import type { AnyEvent } from '../../client/index'
import { money } from '../formats'
import { t } from '../languages/live'
import { route } from '../routing'
import { chime } from './sound'
import { onEvents } from './stream'
import { isShown, showToast } from './toasts'

/** Number of orders received while the order list was not visible. */
export const unseen = signal(0)

const hidden = signal(document.hidden)
document.addEventListener('visibilitychange', () => {
  hidden.value = document.hidden
})

const KEY = 'orders'
const UPDATE_INTERVAL_MS = 1_000
// Gap between toasts, so a busy shop does not cover the corner all the time.
const TOAST_GAP_MS = 12_000

/** Announces new orders with one shared toast, a count in the title and a sound. @returns a function to stop */
export function announceOrders(): () => void {
  let orders = 0
  let total = 0
  let only: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let next = 0
  let nextToast = 0

  const update = () => {
    timer = undefined
    next = performance.now() + UPDATE_INTERVAL_MS
    if (!isShown(KEY)) nextToast = performance.now() + TOAST_GAP_MS
    showToast({
      key: KEY,
      text: orders === 1 ? t.newOrder : t.nNewOrder(orders),
      detail: money(total),
      href: only && orders === 1 ? `#/orders/${only}` : '#/orders',
    })
    chime()
  }
  const stopListening = onEvents((events: AnyEvent[]) => {
    if (timer === undefined && !isShown(KEY)) {
      orders = 0
      total = 0
    }
    let created = 0
    for (const { type, data } of events) {
      if (type !== 'order:created') continue
      created++
      total += data.totalPrice
      only = data.id
    }
    if (created === 0) return
    orders += created
    if (hidden.value || route.value.view !== 'orders') unseen.value += created
    // One toast for all, throttled to reading and screen-reader speed.
    timer ??= setTimeout(update, Math.max(0, (isShown(KEY) ? next : nextToast) - performance.now()))
  })
  const stopSeeing = effect(() => {
    if (!hidden.value && route.value.view === 'orders') unseen.value = 0
  })
  return () => {
    stopListening()
    stopSeeing()
    clearTimeout(timer)
  }
}
