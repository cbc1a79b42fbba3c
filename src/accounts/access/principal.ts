import type { Scope } from '../../contract/api-key.js'
import type { Origin } from '../../stream/origin.js'
import type { VerifiedIdentity } from '../access-tokens/claims.js'

/** A program with an API key. It acts as itself, not as the maker of the key. */
export interface KeyPrincipal {
  /** The key's id. */
  keyId: string
  scopes: readonly Scope[]
  /** The maker of the key. */
  ownerId: string
  /** Expiry in seconds since 1970; Infinity without one. */
  exp: number
}

/** An authenticated caller: a user, or a program. Anonymous callers are `undefined`. */
export type Principal = VerifiedIdentity | KeyPrincipal

/** Whether `principal` is a program. */
export const isKey = (principal: Principal): principal is KeyPrincipal => 'keyId' in principal

/** The author of a change, for the books. */
export interface Actor {
  /** The user; for a program, the maker of its key. */
  userId: string
  /** The key of a program. */
  keyId?: string
  /** The request of the change. */
  requestId?: string
}

/** Returns the actor of a change by `principal` in the request `requestId`. */
export const actorOf = (principal: Principal, requestId: string): Actor =>
  isKey(principal)
    ? { userId: principal.ownerId, keyId: principal.keyId, requestId }
    : { userId: principal.sub, requestId }

/** Returns the origin of a change by `actor`: a program acts as itself. */
export const originOf = ({ userId, keyId, requestId }: Actor): Origin => ({
  actor: keyId === undefined ? { type: 'user', id: userId } : { type: 'key', id: keyId },
  requestId,
})
