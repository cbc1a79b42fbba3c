import type { Order, OrderChange } from '#prisma'
import { namesOfActors } from '../accounts/actor-names.js'
import type { EventActor } from '../contract/events.js'
import type { OrderStatus } from '../contract/order.js'
import type { OrderHistoryEntry } from '../contract/order-history.js'
import type { Db } from '../db/db.js'
import { NOTE_REMOVED } from '../db/order-changes.js'
import { notFound } from '../errors.js'
import { isId } from '../ids.js'
import { actorOfRow } from '../stream/origin.js'

/** Changes in a history: orders have a handful, and one whose note is changed for ever shows the newest. */
const MOST_CHANGES = 1_000

type Entry = Omit<OrderHistoryEntry, 'actor'> & { actor: EventActor }

/** Returns the placement of an order. Its note is known unless it was changed. */
function placementOf({ createdAt, userId, note }: Order, changes: OrderChange[]): Entry {
  const isFirst = note !== null && changes.every((change) => change.note === null)
  return {
    at: createdAt.toISOString(),
    status: 'pending',
    actor: { type: 'user', id: userId },
    ...(isFirst && { note }),
  }
}

/** Returns the note set by a change; null if it removed the note, undefined if it left it alone. */
function noteOf(
  { note, status, cause }: OrderChange,
  statusBefore: string | undefined,
): string | null | undefined {
  if (note !== null) return note === NOTE_REMOVED ? null : note
  if (cause === 'metadata') return undefined
  // Earlier versions recorded a removal as a change of nothing, and erasing a customer leaves that of their notes.
  return status === statusBefore ? null : undefined
}

function entryOf(change: OrderChange, statusBefore: string | undefined): Entry {
  const note = noteOf(change, statusBefore)
  return {
    at: change.at.toISOString(),
    status: change.status as OrderStatus,
    actor: actorOfRow(change),
    ...((change.cause === 'expired' || change.cause === 'metadata') && { cause: change.cause }),
    ...(note !== undefined && { note }),
  }
}

/** Changes by an earlier version have no rows: only the status of their orders is known. */
function unrecorded({ status, updatedAt }: Order, changes: OrderChange[]): Entry[] {
  if (changes.length > 0 || status === 'pending') return []
  return [{ at: updatedAt.toISOString(), status: status as OrderStatus, actor: { type: 'system', id: null } }]
}

/**
 * Returns the history of an order, oldest first: its placement, then its changes.
 * @param owner the only user allowed to see it, to whom everybody else is the shop; anybody if omitted
 * @param shopName the name of the shop
 * @throws Problem not-found, also for another user's order
 */
export async function orderHistory(
  db: Db,
  id: string,
  { owner, shopName }: { owner?: string | undefined; shopName: string },
): Promise<OrderHistoryEntry[]> {
  const order = isId(id) ? await db.read.order.findUnique({ where: { id } }) : null
  if (!order || (owner !== undefined && order.userId !== owner)) throw notFound('order')
  const newest = await db.read.orderChange.findMany({
    where: { orderId: id },
    orderBy: { id: 'desc' },
    take: MOST_CHANGES,
  })
  const changes = newest.reverse()
  // The change before the first row of a limited history is unknown.
  const first = changes.length < MOST_CHANGES ? 'pending' : undefined
  const entries = [
    placementOf(order, changes),
    ...changes.map((change, i) => entryOf(change, i > 0 ? changes[i - 1]?.status : first)),
    ...unrecorded(order, changes),
  ]
  const nameOf = await namesOfActors(
    db,
    entries.map(({ actor }) => actor),
  )
  const named = (actor: EventActor): OrderHistoryEntry['actor'] => {
    if (owner !== undefined && actor.id !== null && actor.id !== owner)
      return { type: actor.type, id: null, name: shopName }
    return { ...actor, name: nameOf(actor) }
  }
  return entries.map((entry) => ({ ...entry, actor: named(entry.actor) }))
}
