import { LRUCache } from 'lru-cache'
import type { User } from '#prisma'
import { ACCESS_TOKEN_SECONDS, accessTokenSeconds } from '../accounts/access-tokens/lifetimes.js'
import { readablePassword } from '../accounts/passwords/readable-password.js'
import { normalEmail, viewUser } from '../accounts/user.js'
import type { App } from '../app.js'
import type { Role } from '../contract/user.js'
import { SingleFlight } from '../single-flight.js'
import { SYSTEM } from '../stream/origin.js'
import type { Person } from './options.js'

const MAX_KEPT = 10_000
/** The account of a person is read again after this time: its role may have changed, or it may be disabled. */
const KEPT_MS = 60_000

/** The latest token of a person. */
interface Kept {
  token: string
  sessionId: string
  /** When the session ends. */
  expiresAt: Date
  role: Role | undefined
  /** When the account was read, by the monotonic clock. */
  at: number
}

/** Gives accounts and access tokens of the shop to people signed in by another program. */
export function createOutsiders(app: App) {
  const { db, accounts, users, auth } = app
  const tokens = new LRUCache<string, Kept>({ max: MAX_KEPT })
  const flights = new SingleFlight<string | undefined>()

  const find = (email: string) => db.read.user.findUnique({ where: { email } })

  async function accountOf({ email, name, role = 'customer' }: Person) {
    const known = await find(email)
    if (known) return known
    try {
      // A random password known to nobody: only the other program signs this account in.
      await accounts.register({ email, name, password: readablePassword() }, undefined, {
        origin: SYSTEM,
        role,
      })
    } catch (error) {
      // Another process may have made it meanwhile.
      if (!(await find(email))) throw error
    }
    return find(email)
  }

  /** Returns the user, and the session of the token before while it lasts: one a person, not one a token. */
  async function sessionOf({ email }: Person, found: User) {
    const kept = tokens.get(email)
    const lasts = kept && accessTokenSeconds(kept.expiresAt) === ACCESS_TOKEN_SECONDS && isLive(kept.token)
    if (lasts) return { user: viewUser(found), sessionId: kept.sessionId, expiresAt: kept.expiresAt }
    const client = { ip: '', userAgent: 'signed in elsewhere' }
    return accounts.sessions.open(found, client, async () => true)
  }

  async function issue(person: Person): Promise<string | undefined> {
    const found = await accountOf(person)
    if (!found || found.disabled) return undefined
    if (!found.emailVerified) await accounts.vouchFor(found.id)
    const { role = found.role as Role } = person
    if (role !== found.role) await users.change(found.id, { role })
    const opened = await sessionOf(person, await db.read.user.findUniqueOrThrow({ where: { id: found.id } }))
    if (!opened) return undefined
    const { user, sessionId, expiresAt } = opened
    const { id: sub, role: own, mfa, emailVerified } = user
    const identity = { sub, role: own, sid: sessionId, mfa, emailVerified }
    const token = auth.tokens.sign(identity, accessTokenSeconds(expiresAt))
    tokens.set(person.email, { token, sessionId, expiresAt, role: person.role, at: performance.now() })
    return token
  }

  /** Whether a session of it has not ended. */
  const isLive = (token: string) => {
    try {
      auth.tokens.verify(token)
      return true
    } catch {
      return false
    }
  }

  /** Returns an access token of `someone`; undefined if their account is disabled. */
  return async (someone: Person): Promise<string | undefined> => {
    const person = { ...someone, email: normalEmail(someone.email) }
    const kept = tokens.get(person.email)
    const isFresh = kept && kept.role === person.role && performance.now() - kept.at < KEPT_MS
    if (isFresh && isLive(kept.token)) return kept.token
    return flights.run(`${person.email} ${person.role ?? ''}`, () => issue(person))
  }
}
