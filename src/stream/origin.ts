import type { EventActor } from '../contract/events.js'

/** The author of a change, and its request, if there was one. */
export interface Origin {
  actor: EventActor
  requestId?: string | undefined
}

/** The origin of changes that the program makes on its own. */
export const SYSTEM: Origin = { actor: { type: 'system', id: null } }

/** Returns the origin of a change that a user makes, by the request `requestId`. */
export const originOfUser = (id: string, requestId?: string): Origin => ({
  actor: { type: 'user', id },
  requestId,
})

/** An actor as columns, of the log and the audit trail alike. */
export interface OriginColumns {
  actorType: string
  actorId: string | null
  requestId: string | null
}

/** Returns the columns for an origin. */
export const originColumns = ({ actor, requestId }: Origin): OriginColumns => ({
  actorType: actor.type,
  actorId: actor.id,
  requestId: requestId ?? null,
})

/** Returns the actor of a row. Rows of an earlier version have none: their actor is the system. */
export const actorOfRow = ({
  actorType,
  actorId,
}: {
  actorType: string | null
  actorId: string | null
}): EventActor =>
  (actorType === 'user' || actorType === 'key') && actorId !== null
    ? { type: actorType, id: actorId }
    : { type: 'system', id: null }
