import type { Session } from '#prisma'
import type { UserView } from './user.js'

/** Where a request came from, as far as is known; shown to the user in their list of sessions. */
export interface ClientInfo {
  ip: string
  userAgent: string | undefined
  /** Tells clients apart where they share a bounded resource. The same client has the same key; `ip` if left out. */
  key?: string
  /** Aborts when the client has left, and nobody waits for what it asked for. */
  signal?: AbortSignal
}

/** The longest key that is kept; two keys that differ after that are one. */
const KEY_LENGTH = 64

/** What tells `client` from others. */
export const keyOf = ({ key, ip }: ClientInfo): string => (key ?? ip).slice(0, KEY_LENGTH)

/** Why a session ended before its time. */
export type EndReason =
  | 'signed-out' // by its owner
  | 'token-reuse' // a refresh token was used twice
  | 'too-many' // its user signed in elsewhere too often
  | 'used-up' // it was refreshed too often
  | 'account-changed' // its user has another password or role

/** What a sign-in or a refresh gives. */
export interface SignedIn {
  user: UserView
  sessionId: string
  refreshToken: string
  /** When the session ends, however often it is refreshed. */
  expiresAt: Date
}

/** A session as its owner sees it. */
export interface SessionView {
  id: string
  createdAt: string
  lastUsedAt: string
  userAgent: string | null
  ip: string | null
}

export const viewSession = (row: Session): SessionView => ({
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt.toISOString(),
  userAgent: row.userAgent,
  ip: row.ip,
})

const USER_AGENT_LENGTH = 256
const IP_LENGTH = 45 // the longest IPv6 notation; behind a proxy the text is whatever that sends

/** `client` as its columns hold it. */
export const clientColumns = (client: ClientInfo) => ({
  ip: client.ip.slice(0, IP_LENGTH),
  userAgent: client.userAgent?.slice(0, USER_AGENT_LENGTH) ?? null,
  clientKey: keyOf(client),
})
