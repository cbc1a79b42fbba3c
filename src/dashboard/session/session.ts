import { signal } from '@preact/signals'
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import type { SignedInView, UserView } from '../../contract/user'
import { CookiesDropped, explain, isTransient, Refused, SignedOut } from '../api/failures'
import { request } from '../api/request'
import { type RetryOptions, withRetry } from '../api/retry'
import { keepChoices } from '../languages/choice'
import { mayBeSignedIn, noteSignedIn } from './hint'
import { notifyOtherTabs, onSessionMessage } from './tabs'

export type Session =
  | { state: 'starting' }
  | { state: 'out' }
  | { state: 'in'; user: UserView }
  /** Signed in as a customer. */
  | { state: 'refused'; user: UserView }
  /** Expired or revoked; the page keeps its state and asks to sign in again. */
  | { state: 'lost'; user: UserView }

export const session = signal<Session>({ state: 'starting' })

/** The current access token, for the event stream, which is opened with it and renewed with its successors. */
export const accessToken = signal('')

/** Whether the server refuses everything until the admin has set up a second factor. */
export const mustSetUpMfa = signal(false)

const RENEW_BEFORE_END_MS = 60_000
const LOCK = 'stockroom-refresh'

let accepted = 0
let dueAt = 0
let timer: ReturnType<typeof setTimeout> | undefined

function accept({ user, accessToken: token, expiresIn }: SignedInView): void {
  accepted++
  noteSignedIn(true)
  accessToken.value = token
  const life = expiresIn * 1000
  dueAt = Date.now() + life - Math.min(RENEW_BEFORE_END_MS, life / 2)
  clearTimeout(timer)
  timer = setTimeout(() => void renewSession().catch(() => undefined), dueAt - Date.now())
  session.value = { state: user.role === 'customer' ? 'refused' : 'in', user }
}

/** Shows the signed-in user as the server answered after a change of their account. */
export function showUser(user: UserView): void {
  if (session.value.state === 'in') session.value = { state: 'in', user }
}

function forget(): void {
  clearTimeout(timer)
  noteSignedIn(false)
  accessToken.value = ''
  mustSetUpMfa.value = false
  session.value = { state: 'out' }
}

onSessionMessage(({ signedIn }) => (signedIn ? accept(signedIn) : forget()))

/**
 * Runs `work` in one tab at a time; waiting tabs find it done. Web Locks need HTTPS: without them the server's
 * 10 s overlap of rotated tokens covers the race.
 */
const withRefreshLock = async (work: () => Promise<boolean>): Promise<boolean> =>
  navigator.locks ? navigator.locks.request(LOCK, work) : work()

/** Why the session can't be refreshed at the moment, as a sentence. */
export const refreshTrouble = signal<string | undefined>(undefined)

const isSignedOut = (error: unknown): boolean => error instanceof Refused && error.status === 401

/** Any failure of the server may pass: an error of it says nothing about the session. */
const mayPass = (error: unknown): boolean =>
  isTransient(error) || (error instanceof Refused && error.status >= 500)

/**
 * Rotates the refresh token. @returns false if there was no valid one
 * @throws Refused if the server refuses this page, as of another site
 */
async function refresh(isRetryable: (error: unknown) => boolean): Promise<boolean> {
  const before = accepted
  const onWait: RetryOptions['onWait'] = (wait) => {
    refreshTrouble.value = wait && explain(wait.error)
  }
  return withRefreshLock(async () => {
    if (accepted !== before) return true
    try {
      const rotate = () => request<SignedInView>('POST', '/auth/refresh')
      const { body } = await withRetry(rotate, isRetryable, { onWait })
      accept(body)
      notifyOtherTabs({ signedIn: body })
      return true
    } catch (error) {
      if (isSignedOut(error)) return false
      throw error
    }
  })
}

let refreshing: Promise<boolean> | undefined

function refreshOnce(isRetryable = mayPass): Promise<boolean> {
  refreshing ??= refresh(isRetryable).finally(() => {
    refreshing = undefined
  })
  return refreshing
}

/** Restores the session from the cookies. Where there may be one, only the server's word that there is none leads to the sign-in. */
export async function start(): Promise<void> {
  const known = mayBeSignedIn() && (await refreshOnce((error) => !isSignedOut(error)))
  // Another tab may have signed in meanwhile.
  if (!known && session.value.state === 'starting') forget()
}

/**
 * Obtains a new access token, by a new sign-in if necessary.
 * @throws SignedOut if the person signs out instead
 */
export async function renewSession(): Promise<void> {
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

/** Whether the browser kept the cookies of the sign-in: it drops Secure cookies over plain HTTP. */
const cookiesWereKept = () =>
  request('GET', '/auth/me').then(
    () => true,
    (error) => !(error instanceof Refused && error.status === 401),
  )

/** Takes over the session of a sign-in. @throws CookiesDropped */
async function complete(signedIn: SignedInView): Promise<void> {
  if (location.protocol === 'http:' && !(await cookiesWereKept())) throw new CookiesDropped()
  accept(signedIn)
  notifyOtherTabs({ signedIn })
}

/** @throws Refused, `mfa-required` if a second step follows; Unreachable, CookiesDropped */
export async function signIn(email: string, password: string): Promise<void> {
  await complete((await request<SignedInView>('POST', '/auth/login', { body: { email, password } })).body)
}

/**
 * The second step of a sign-in.
 * @param mfaToken from the refusal of the first step
 * @param code of an authenticator app, or a recovery code
 * @throws Refused, `invalid-token` if the first step must be repeated; Unreachable, CookiesDropped
 */
export async function signInWithCode(mfaToken: string, code: string): Promise<void> {
  const body = { mfaToken, code }
  await complete((await request<SignedInView>('POST', '/auth/login/mfa', { body })).body)
}

/**
 * Signs in with a passkey chosen in the browser's dialog.
 * @throws Refused, Unreachable, CookiesDropped, or the browser's error, `NotAllowedError` if the person declines
 */
export async function signInWithPasskey(): Promise<void> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const { body: optionsJSON } = await request<PublicKeyCredentialRequestOptionsJSON>(
    'POST',
    '/auth/login/passkey/options',
  )
  const body = await startAuthentication({ optionsJSON })
  await complete((await request<SignedInView>('POST', '/auth/login/passkey', { body })).body)
}

/** @throws Refused, Unreachable: the session then still exists */
export async function signOut(): Promise<void> {
  await request('POST', '/auth/logout')
  keepChoices()
  forget()
  notifyOtherTabs({})
}

// Timers fire late after the machine was asleep.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && session.value.state === 'in' && Date.now() > dueAt)
    void renewSession().catch(() => undefined)
})
