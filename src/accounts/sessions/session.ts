import type { Session } from '#prisma'
import type { UserView } from '../../contract/user.js'

/** The origin of a request, shown to users in their list of sessions. */
export interface ClientInfo {
  ip: string
  userAgent: string | undefined
  /** Stable key of the client for sharing bounded resources fairly; `ip` by default. */
  key?: string
  /** The id of the request, for the log and the audit trail. */
  requestId?: string
  /** The client's device token, not verified yet. */
  device?: string | undefined
  /** Aborts once the client disconnects. */
  signal?: AbortSignal
}

/** Keys are truncated to this length. */
const KEY_LENGTH = 64

/** Returns the key identifying `client`. */
export const clientKeyOf = ({ key, ip }: ClientInfo): string => (key ?? ip).slice(0, KEY_LENGTH)

/** Why a session was revoked. */
export type EndReason =
  | 'signed-out' // by its owner
  | 'token-reuse' // a refresh token was used twice
  | 'too-many' // the user exceeded the limit of live sessions
  | 'used-up' // it reached the limit of refreshes
  | 'account-changed' // the user's password or role changed, or the account was disabled
  | 'ended-by-admin'
  | 'erased' // the account was

/** The result of a sign-in or a refresh. */
export interface SignedIn {
  user: UserView
  sessionId: string
  refreshToken: string
  /** When the session ends unless it is refreshed before. */
  expiresAt: Date
}

/** The API's view of a session, for its owner. */
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
const IP_LENGTH = 45 // the longest IPv6 notation; a proxy may send any text

/** Returns `client` as the columns of `sessions`, truncated to their widths. */
export const clientColumns = (client: ClientInfo) => ({
  ip: client.ip.slice(0, IP_LENGTH),
  userAgent: client.userAgent?.slice(0, USER_AGENT_LENGTH) ?? null,
  clientKey: clientKeyOf(client),
})
