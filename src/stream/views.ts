import type { AnyEvent, EventType } from './events.js'

/** What the public may see. */
export const INVENTORY_TYPES: readonly EventType[] = [
  'product:created',
  'product:updated',
  'product:deleted',
  'stock:changed',
]
const isPublic = new Set<EventType>(INVENTORY_TYPES)

/** The user whose own event it is. */
export const ownerOf = (event: AnyEvent) => ('userId' in event.data ? event.data.userId : undefined)

/**
 * The events that the public may see, without each `stock:changed` that a later one of the same product overtakes: they
 * show what is, not how it came to be.
 */
export function inventoryOf(events: AnyEvent[]): AnyEvent[] {
  const last = new Map<string, AnyEvent>()
  for (const event of events) if (event.type === 'stock:changed') last.set(event.data.productId, event)
  return events.filter(
    (event) =>
      isPublic.has(event.type) &&
      (event.type !== 'stock:changed' || last.get(event.data.productId) === event),
  )
}

/** The events of customers' own orders, by the id of the customer. */
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
