import createFetchClient, { type Client as FetchClient } from 'openapi-fetch'
import type { components, paths } from '../generated/api.js'
import { type EventStream, openStream, type StreamOptions } from './live.js'
import { type ItemOf, itemsOf, type ListParams, type ListPath } from './pages.js'
import { orThrow } from './problems.js'
import { type RetryOptions, type Send, withIdempotencyKey, withRetries } from './retries.js'
import {
  cookieSession,
  inBrowser,
  keySession,
  type Session,
  type TokenStorage,
  type Tokens,
  tokenSession,
} from './session.js'

export interface ClientOptions {
  /** Base URL of Stockroom, such as http://127.0.0.1:3000. */
  url: string
  /**
   * How requests sign in: by the `cookies` of a browser, which only a page of the same site has; by `tokens` that this
   * client keeps; or by an API key. Default: `cookies` in a browser, `tokens` elsewhere.
   */
  auth?: 'cookies' | 'tokens' | { apiKey: string }
  /** Where `tokens` are kept. Default: in memory. */
  storage?: TokenStorage
  retry?: Partial<RetryOptions>
  fetch?: Send
}

type SignedIn = components['schemas']['SignedIn']

/** A typed client: `GET`, `POST`, `PATCH`, `PUT` and `DELETE` of every path, which answer `{data, error, response}`. */
export interface Client extends FetchClient<paths> {
  /** Signs in. @throws ProblemError, `/problems/mfa-required` among them: go on with `completeSignIn` */
  signIn(credentials: { email: string; password: string }): Promise<SignedIn['user']>
  /** Completes a sign-in with a code of an authenticator app or a recovery code. @throws ProblemError */
  completeSignIn(step: { mfaToken: string; code: string }): Promise<SignedIn['user']>
  /** Ends the session. @throws ProblemError */
  signOut(): Promise<void>
  /** Every item of a list, page after page. @throws ProblemError */
  pages<P extends ListPath>(path: P, params?: ListParams<P>): AsyncIterable<ItemOf<P>>
  /** Opens the live events as the signed-in caller. */
  live(options?: Omit<StreamOptions, 'token'>): EventStream
}

function inMemory(): TokenStorage {
  let kept: Tokens | undefined
  return {
    load: () => kept,
    save(tokens) {
      kept = tokens
    },
  }
}

function sessionOf({ url, auth, storage = inMemory() }: ClientOptions, send: Send): Session {
  const by = auth ?? (inBrowser ? 'cookies' : 'tokens')
  if (by === 'cookies') return cookieSession(url, send)
  return by === 'tokens' ? tokenSession(url, send, storage) : keySession(send, by.apiKey)
}

/**
 * Creates a client of the API. It refreshes the session silently, gives each change an Idempotency-Key, and repeats
 * requests that the server could not take, and those whose answer was lost.
 */
export function createClient(options: ClientOptions): Client {
  const { url, auth, retry } = options
  const base = url.endsWith('/') ? url : `${url}/`
  const plain = options.fetch ?? ((request) => fetch(request))
  const retried = withRetries(plain, { attempts: 5, maxWaitMs: 60_000, ...retry })
  const session = sessionOf({ ...options, url: base }, retried)
  const rest = createFetchClient<paths>({
    baseUrl: base,
    fetch: withIdempotencyKey(session.send),
    credentials: 'include',
  })
  const usesTokens = auth === 'tokens' || (auth === undefined && !inBrowser)
  const tokens = usesTokens ? ('body' as const) : ('cookie' as const)

  const begin = async ({ user, accessToken, refreshToken }: SignedIn) => {
    if (refreshToken !== undefined) await session.keep({ accessToken, refreshToken })
    return user
  }

  return {
    ...rest,
    async signIn(credentials) {
      return begin(await orThrow(rest.POST('/auth/login', { body: { ...credentials, tokens } })))
    },
    async completeSignIn(step) {
      return begin(await orThrow(rest.POST('/auth/login/mfa', { body: { ...step, tokens } })))
    },
    async signOut() {
      await orThrow(rest.POST('/auth/logout'))
      await session.keep(undefined)
    },
    pages(path, params) {
      const { query, ...others } = (params ?? {}) as { query?: object }
      const get = rest.GET as (path: string, init: object) => ReturnType<Parameters<typeof itemsOf>[0]>
      const items = itemsOf((cursor) =>
        get(path, { params: { ...others, query: { ...query, ...(cursor !== undefined && { cursor }) } } }),
      )
      return items as AsyncIterable<ItemOf<typeof path>>
    },
    live: (stream) => openStream(url, { ...stream, token: () => session.token() }),
  }
}
