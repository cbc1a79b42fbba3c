import type { Scope } from '../../contract/api-key.js'
import type { Origin } from '../../stream/origin.js'
import type { VerifiedIdentity } from '../access-tokens/claims.js'

/** A program that sent an API key. It acts as itself, and not as the user who made the key. */
export interface KeyPrincipal {
  /** The key's id. */
  keyId: string
  scopes: readonly Scope[]
  /** The user who made the key. */
  ownerId: string
  /** Expiry in seconds since 1970; Infinity without one. */
  exp: number
}

/** An authenticated caller: a user, or a program. Anonymous callers are `undefined`. */
export type Principal = VerifiedIdentity | KeyPrincipal

/** Whether `principal` is a program. */
export const isKey = (principal: Principal): principal is KeyPrincipal => 'keyId' in principal

/** Who made a change, for the books. */
export interface Actor {
  /** The user; for a program, the user who made its key. */
  userId: string
  /** The key of a program. */
  keyId?: string
  /** The request that makes the change. */
  requestId?: string
}

/** Returns the actor of a change that `principal` makes by the request `requestId`. */
export const actorOf = (principal: Principal, requestId: string): Actor =>
  isKey(principal)
    ? { userId: principal.ownerId, keyId: principal.keyId, requestId }
    : { userId: principal.sub, requestId }

/** Returns the origin of a change by `actor`: a program acts as itself. */
export const originOf = ({ userId, keyId, requestId }: Actor): Origin => ({
  actor: keyId === undefined ? { type: 'user', id: userId } : { type: 'key', id: keyId },
  requestId,
})
