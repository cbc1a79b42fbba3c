import type { EventType } from '../../contract/events'
import { t as shared } from '../languages/shared'
import { t } from '../languages/webhooks'

/** The events of the log, in the words of the page. */
export const eventNames: Record<EventType, string> = {
  'order:created': t.orderPlaced,
  'order:updated': t.orderChanged,
  'product:created': shared.productAdded,
  'product:updated': t.productChanged,
  'product:deleted': t.productDeleted,
  'stock:changed': t.stockChanged,
  'stock:low': t.stockRunningLow,
  'user:created': t.accountCreated,
  'user:updated': t.accountChanged,
  'user:deleted': t.accountErased,
  'webhook:disabled': t.webhookDisabled,
}

/** All types, in the order in which they are offered. */
export const eventTypes = Object.keys(eventNames) as EventType[]
