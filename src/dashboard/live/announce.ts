import { effect, signal } from '@preact/signals'
import type { AnyEvent } from '../../client/index'
import { counted, money } from '../formats'
import { route } from '../routing'
import { chime } from './sound'
import { onEvents } from './stream'
import { announce, isShown } from './toasts'

/** Orders that came in while the list of orders was not in sight. */
export const unseen = signal(0)

const hidden = signal(document.hidden)
document.addEventListener('visibilitychange', () => {
  hidden.value = document.hidden
})

const KEY = 'orders'
const EVERY_MS = 1_000
// In a busy shop the corner is left alone in between.
const AGAIN_AFTER_MS = 12_000

/** Tells of new orders: a toast for them all, a count in the title, a sound. @returns how to stop it. */
export function announceOrders(): () => void {
  let orders = 0
  let total = 0
  let only: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let next = 0
  let nextToast = 0

  const tell = () => {
    timer = undefined
    next = performance.now() + EVERY_MS
    if (!isShown(KEY)) nextToast = performance.now() + AGAIN_AFTER_MS
    announce({
      key: KEY,
      text: orders === 1 ? 'New order' : counted(orders, 'new order'),
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
    let news = 0
    for (const { type, data } of events) {
      if (type !== 'order:created') continue
      news++
      total += data.totalPrice
      only = data.id
    }
    if (news === 0) return
    orders += news
    if (hidden.value || route.value.view !== 'orders') unseen.value += news
    // The toast is one for all, and changes no faster than it can be read (out).
    timer ??= setTimeout(tell, Math.max(0, (isShown(KEY) ? next : nextToast) - performance.now()))
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
