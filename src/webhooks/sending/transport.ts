import { isIP } from 'node:net'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import type { AttemptError } from '../../contract/webhook.js'
import { Answer } from './answer.js'
import { errorOf } from './attempt-errors.js'
import { AddressRefused, createHosts, type HostOptions, lookupOf } from './resolve.js'

/** A signed request. */
export interface Delivery {
  url: URL
  headers: Record<string, string>
  body: string
}

/** The outcome of a request. */
export interface SendOutcome {
  /** Null without an answer. */
  status: number | null
  ms: number
  /** The beginning of the answer's body. */
  response: string | null
  error: AttemptError | null
  /** Header Retry-After of the answer. */
  retryAfter: string | undefined
  /** Whether a kept connection was closed before it answered: the receiver may have closed it before the request arrived. */
  isStale: boolean
}

export interface TransportOptions extends Pick<HostOptions, 'allowPrivate' | 'servers'> {
  /** Time for the whole exchange, in milliseconds. */
  timeoutMs?: number
  /** Certificate authorities to trust beside those of Node, in PEM. */
  ca?: string
}

export const TIMEOUT_MS = 15_000
const CONNECT_MS = 10_000
/** Unused connections are kept this long: many servers close them after 5 s. */
const KEEP_ALIVE_MS = 4_000
const HEADER_BYTES = 16 * 1024

export type Transport = ReturnType<typeof createTransport>

/**
 * Sends requests to receivers: without redirects, with TLS checked, and to no address that is not allowed. An address is checked
 * when its connection is made, so a name that changes its address in between reaches none.
 */
export function createTransport({ timeoutMs = TIMEOUT_MS, ca, ...lookingUp }: TransportOptions) {
  const hosts = createHosts(lookingUp)
  const connect = buildConnector({
    timeout: Math.min(CONNECT_MS, timeoutMs),
    lookup: lookupOf(hosts),
    ...(ca !== undefined && { ca }),
  })
  /** Connections made so far, by host and port. */
  const connected = new Map<string, number>()
  const agent = new Agent({
    // Sockets look up names alone, so an address in a URL is checked here.
    connect(options, callback) {
      if (isIP(options.hostname) !== 0 && !hosts.isAllowed(options.hostname))
        return callback(new AddressRefused(`${options.hostname} is not public`), null)
      connect(options, (error, socket) => {
        if (error) return callback(error, null)
        connected.set(options.host ?? '', (connected.get(options.host ?? '') ?? 0) + 1)
        if (hosts.isAllowed(socket.remoteAddress ?? '')) return callback(null, socket)
        socket.destroy()
        callback(new AddressRefused('the connection is to an address that is not public'), null)
      })
    },
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0, // one time limit for the whole exchange
    bodyTimeout: 0,
    maxHeaderSize: HEADER_BYTES,
    pipelining: 1,
  })

  return {
    /** Sends a request; resolves with its outcome, also after a failure. @throws only if `signal` is aborted */
    send({ url, headers, body }: Delivery, signal?: AbortSignal): Promise<SendOutcome> {
      const begun = performance.now()
      const before = connected.get(url.host)
      return new Promise((resolve, reject) => {
        const answer = new Answer()
        let controller: Dispatcher.DispatchController | undefined
        let isSettled = false

        const finish = (error: AttemptError | null) => {
          if (isSettled) return
          isSettled = true
          clearTimeout(timer)
          signal?.removeEventListener('abort', abort)
          const { status, retryAfter } = answer
          const outcome: SendOutcome = {
            status,
            ms: Math.round(performance.now() - begun),
            response: answer.text(),
            error: status === null ? (error ?? 'connection-closed') : null,
            retryAfter,
            isStale: status === null && error === 'connection-closed' && connected.get(url.host) === before,
          }
          // undici frees a connection in an immediate of its own. A request before it would open another connection.
          setImmediate(() => setImmediate(resolve, outcome))
        }
        const abort = () => {
          if (isSettled) return
          isSettled = true
          clearTimeout(timer)
          controller?.abort(new Error('aborted'))
          reject(signal?.reason ?? new Error('aborted'))
        }
        const timer = setTimeout(() => {
          finish('timeout')
          controller?.abort(new Error('timeout'))
        }, timeoutMs)
        if (signal?.aborted) return abort()
        signal?.addEventListener('abort', abort)

        agent.dispatch(
          {
            origin: url.origin,
            path: url.pathname + url.search,
            method: 'POST',
            headers,
            body,
          },
          {
            onRequestStart(started) {
              controller = started
              // It was queued until now.
              if (isSettled) started.abort(new Error('timeout'))
            },
            onResponseStart(_controller, status, given) {
              if (status >= 200) answer.begin(status, given)
            },
            onResponseData(started, chunk) {
              if (!answer.add(chunk)) return
              finish(null)
              started.abort(new Error('the rest is not read'))
            },
            onResponseEnd: () => finish(null),
            onResponseError: (_controller, error) => finish(errorOf(error)),
          },
        )
      })
    },

    /** Closes all connections; requests in flight fail. */
    close: (): Promise<void> => agent.destroy(),
  }
}
