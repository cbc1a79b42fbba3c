import type { Send } from './retries.js'

/** The tokens of a sign-in, kept by the program itself. */
export interface Tokens {
  accessToken: string
  refreshToken: string
}

/** Keeps tokens over restarts, and shares them between tabs. */
export interface TokenStorage {
  load(): Tokens | undefined | Promise<Tokens | undefined>
  save(tokens: Tokens | undefined): void | Promise<void>
}

export interface Session {
  /** Sends a request as the signed-in caller, once more after a refresh if the access token has expired. */
  send: Send
  /** Returns the access token; undefined with cookies, or when nobody is signed in. */
  token(): Promise<string | undefined>
  /** Keeps the tokens of a sign-in, or forgets them. */
  keep(tokens: Tokens | undefined): Promise<void>
}

const withToken = (request: Request, token: string | undefined) => {
  const copy = request.clone()
  if (token !== undefined && !copy.headers.has('authorization'))
    copy.headers.set('authorization', `Bearer ${token}`)
  return copy
}

/** Whether this is a page. */
export const inBrowser = 'document' in globalThis

/** The Web Locks API, as far as it is used. */
interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>
}

/** Runs `work` in one tab at a time, where the browser has locks. */
const alone = <T>(name: string, work: () => Promise<T>): Promise<T> => {
  const { navigator } = globalThis as { navigator?: { locks?: Locks } }
  return navigator?.locks ? navigator.locks.request(name, work) : work()
}

/** Returns a session by an API key. */
export const keySession = (send: Send, apiKey: string): Session => ({
  send: (request) => send(withToken(request, apiKey)),
  token: async () => apiKey,
  keep: async () => undefined,
})

/** Whether the answer to a request means that its access token is missing or has expired. */
async function isUnauthenticated(answer: Response): Promise<boolean> {
  if (answer.status !== 401) return false
  const problem: unknown = await answer
    .clone()
    .json()
    .catch(() => undefined)
  return (problem as { type?: unknown } | undefined)?.type === '/problems/unauthenticated'
}

/** Renews a session: one refresh at a time, however many requests and tabs wait for it. */
function createRefresher(url: string, renew: () => Promise<boolean>) {
  const name = `stockroom refresh ${url}`
  // Elsewhere than in a browser, an open channel keeps the process running.
  const channel = inBrowser ? new BroadcastChannel(name) : undefined
  let renewals = 0
  let pending: Promise<boolean> | undefined
  channel?.addEventListener('message', () => void renewals++)

  const refresh = (seen: number) =>
    alone(name, async () => {
      if (renewals !== seen) return true // another tab was first
      const renewed = await renew()
      if (renewed) {
        renewals++
        channel?.postMessage('')
      }
      return renewed
    })

  return {
    /** The number of known renewals: a request remembers it before it is sent. */
    count: () => renewals,
    /** @param seen the count when the expired token was used */
    refresh(seen: number): Promise<boolean> {
      if (renewals !== seen) return Promise.resolve(true)
      pending ??= refresh(seen).finally(() => {
        pending = undefined
      })
      return pending
    },
  }
}

const STORED_AFTER_MS = 50
const STORED_TRIES = 20

/** Returns the successor of `used`: storage shared by tabs may show a value saved by another a moment later. */
async function tokenAfter(used: string | undefined, token: () => Promise<string | undefined>) {
  let current = await token()
  for (let tries = 0; tries < STORED_TRIES && current !== undefined && current === used; tries++) {
    await new Promise((resolve) => setTimeout(resolve, STORED_AFTER_MS))
    current = await token()
  }
  return current
}

function refreshing(
  url: string,
  send: Send,
  renew: () => Promise<boolean>,
  token: () => Promise<string | undefined>,
): Send {
  const refresher = createRefresher(url, renew)
  return async (request) => {
    const seen = refresher.count()
    const used = await token()
    const answer = await send(withToken(request, used))
    const isOwn =
      !request.headers.has('authorization') && !new URL(request.url).pathname.endsWith('/auth/refresh')
    if (!isOwn || !(await isUnauthenticated(answer)) || !(await refresher.refresh(seen))) return answer
    return send(withToken(request, await tokenAfter(used, token)))
  }
}

const refreshRequest = (url: string, init: RequestInit) =>
  new Request(new URL('auth/refresh', url), { method: 'POST', ...init })

/** Returns a session by the cookies of a browser. */
export function cookieSession(url: string, send: Send): Session {
  const renew = async () => (await send(refreshRequest(url, { credentials: 'include' }))).ok
  const token = async () => undefined
  return { send: refreshing(url, send, renew, token), token, keep: async () => undefined }
}

/** Returns a session by tokens kept by the program. */
export function tokenSession(url: string, send: Send, storage: TokenStorage): Session {
  const token = async () => (await storage.load())?.accessToken
  const renew = async () => {
    const tokens = await storage.load()
    if (!tokens) return false
    const body = JSON.stringify({ refreshToken: tokens.refreshToken })
    const answer = await send(refreshRequest(url, { body, headers: { 'content-type': 'application/json' } }))
    if (answer.ok) await storage.save((await answer.json()) as Tokens)
    // Anything but a refusal may pass: the session may still be good.
    else if (answer.status === 401) await storage.save(undefined)
    return answer.ok
  }
  return {
    send: refreshing(url, send, renew, token),
    token,
    keep: async (tokens) => storage.save(tokens),
  }
}
