import type { EventType } from '../../contract/events'

/** The events of the log, in the words of the page. */
export const eventNames: Record<EventType, string> = {
  'order:created': 'Order placed',
  'order:updated': 'Order changed',
  'product:created': 'Product added',
  'product:updated': 'Product changed',
  'product:deleted': 'Product deleted',
  'stock:changed': 'Stock changed',
  'stock:low': 'Stock running low',
  'user:created': 'Account created',
  'user:updated': 'Account changed',
  'user:deleted': 'Account erased',
  'webhook:disabled': 'Webhook disabled',
}

/** All types, in the order in which they are offered. */
export const eventTypes = Object.keys(eventNames) as EventType[]
