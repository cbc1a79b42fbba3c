import { signal } from '@preact/signals'
import { CookiesDropped, mayPass, Refused, SignedOut } from '../api/failures'
import { type Patience, persist } from '../api/patience'
import { request } from '../api/request'
import { tellOtherTabs, whenOtherTabsTell } from './tabs'

export interface User {
  id: string
  name: string
  email: string
  role: 'customer' | 'admin'
}

/** What a sign-in and a refresh answer with. The tokens that last are in cookies which no script can read. */
export interface SignedIn {
  user: User
  accessToken: string
  /** Seconds. */
  expiresIn: number
}

export type Session =
  | { state: 'starting'; trouble?: string }
  | { state: 'out' }
  | { state: 'in'; user: User }
  /** Signed in, but not as an admin. */
  | { state: 'refused'; user: User }
  /** It has ended by itself; the page stays, and asks to sign in again. */
  | { state: 'lost'; user: User }

export const session = signal<Session>({ state: 'starting' })

/** The newest access token, for the live events: a connection is opened with it, and outlives it with the next. */
export const accessToken = signal('')

const RENEW_BEFORE_END_MS = 60_000
const LOCK = 'stockroom-refresh'

let accepted = 0
let dueAt = 0
let timer: ReturnType<typeof setTimeout> | undefined

function accept({ user, accessToken: token, expiresIn }: SignedIn): void {
  accepted++
  accessToken.value = token
  const life = expiresIn * 1000
  dueAt = Date.now() + life - Math.min(RENEW_BEFORE_END_MS, life / 2)
  clearTimeout(timer)
  timer = setTimeout(() => void renewed().catch(() => undefined), dueAt - Date.now())
  session.value = { state: user.role === 'admin' ? 'in' : 'refused', user }
}

function forget(): void {
  clearTimeout(timer)
  accessToken.value = ''
  session.value = { state: 'out' }
}

whenOtherTabsTell((news) => (news.signedIn ? accept(news.signedIn) : forget()))

/** One tab at a time: who waited meanwhile finds the work done. Without locks (plain HTTP), the server's overlap helps. */
const alone = async (work: () => Promise<boolean>): Promise<boolean> =>
  navigator.locks ? navigator.locks.request(LOCK, work) : work()

/** Exchanges the refresh token. @returns whether there was a good one. */
async function refresh(patience: Patience): Promise<boolean> {
  const before = accepted
  return alone(async () => {
    if (accepted !== before) return true
    try {
      const { body } = await persist(() => request<SignedIn>('POST', '/auth/refresh'), mayPass, patience)
      accept(body)
      tellOtherTabs({ signedIn: body })
      return true
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return false
      throw error
    }
  })
}

let refreshing: Promise<boolean> | undefined

function refreshOnce(patience: Patience = {}): Promise<boolean> {
  refreshing ??= refresh(patience).finally(() => {
    refreshing = undefined
  })
  return refreshing
}

/** Finds out, by the cookies, who is in front of the page. */
export async function start(): Promise<void> {
  const onWait: Patience['onWait'] = (wait) => {
    if (session.value.state !== 'starting') return
    session.value = {
      state: 'starting',
      trouble: wait && wait.error instanceof Error ? wait.error.message : undefined,
    }
  }
  const known = await refreshOnce({ onWait }).catch(() => false)
  if (!known && session.value.state === 'starting') session.value = { state: 'out' }
}

/**
 * Gets a new access token, by a new sign-in if it must be.
 * @throws SignedOut when it comes to that
 */
export async function renewed(): Promise<void> {
  if (!(await refreshOnce()) && session.value.state === 'in')
    session.value = { state: 'lost', user: session.value.user }
  await new Promise<void>((resolve, reject) => {
    const stop = session.subscribe(({ state }) => {
      if (state === 'lost' || state === 'starting') return
      queueMicrotask(() => stop())
      if (state === 'in') resolve()
      else reject(new SignedOut())
    })
  })
}

/** Whether the browser sends the cookies that the sign-in set. Over plain HTTP it drops those that are Secure. */
const cookiesWereKept = () =>
  request('GET', '/auth/me').then(
    () => true,
    (error) => !(error instanceof Refused && error.status === 401),
  )

/** @throws Refused, Unreachable, CookiesDropped */
export async function signIn(email: string, password: string): Promise<void> {
  const { body } = await request<SignedIn>('POST', '/auth/login', { body: { email, password } })
  if (location.protocol === 'http:' && !(await cookiesWereKept())) throw new CookiesDropped()
  accept(body)
  tellOtherTabs({ signedIn: body })
}

/** @throws Refused, Unreachable: then the session is still there */
export async function signOut(): Promise<void> {
  await request('POST', '/auth/logout')
  forget()
  tellOtherTabs({})
}

// Timers of a sleeping machine ring late.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && session.value.state === 'in' && Date.now() > dueAt)
    void renewed().catch(() => undefined)
})
