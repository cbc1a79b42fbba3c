import type { AnyEvent, EventType } from '../contract/events.js'

/** Event types visible to the public. */
export const INVENTORY_TYPES: readonly EventType[] = [
  'product:created',
  'product:updated',
  'product:deleted',
  'stock:changed',
]
const isPublic = new Set<EventType>(INVENTORY_TYPES)

/** The owner of the event. */
export const ownerOf = (event: AnyEvent) => ('userId' in event.data ? event.data.userId : undefined)

/**
 * Returns the public events, omitting each `stock:changed` superseded by a later one of the same product: the public
 * sees the current stock, not its history, and not the buyers.
 */
export function inventoryOf(events: AnyEvent[]): AnyEvent[] {
  const last = new Map<string, AnyEvent>()
  for (const event of events) if (event.type === 'stock:changed') last.set(event.data.productId, event)
  const shown = events.filter(
    (event) =>
      isPublic.has(event.type) &&
      (event.type !== 'stock:changed' || last.get(event.data.productId) === event),
  )
  return shown.map(({ actor: _actor, requestId: _requestId, ...event }) => event)
}

/** Groups the events of customers' own orders by customer id. */
export function byOwner(events: AnyEvent[]): Map<string, AnyEvent[]> {
  const owners = new Map<string, AnyEvent[]>()
  for (const event of events) {
    const owner = ownerOf(event)
    if (owner === undefined) continue
    const own = owners.get(owner)
    if (own) own.push(event)
    else owners.set(owner, [event])
  }
  return owners
}
