import type { DisabledReason, OffsetRange } from '../../contract/disabled-webhook.js'
import type { EventType } from '../../contract/events.js'
import type { WebhookAttempt } from '../../contract/webhook.js'
import type { EventText } from '../../stream/event-texts.js'
import { parseRetryAfter, pauseAfter } from '../retries.js'
import { requestOf } from '../sending/request.js'
import type { SendOutcome, Transport } from '../sending/transport.js'
import type { Blocks, FoundEvents } from './blocks.js'
import { type Endpoint, now, type Progress } from './endpoint.js'
import type { RemoteDeliveryTracing } from './tracing.js'

export interface LaneOptions {
  transport: Pick<Transport, 'send'>
  blocks: Pick<Blocks, 'next' | 'head'>
  /** The id of the log. */
  epoch: string
  /** Header User-Agent. */
  userAgent: string
  /** Whether this process may send now. */
  maySend(): boolean
  /** Called when there is something to report soon. */
  onNews(): void
  pauses?: readonly number[] | undefined
  /** Follows attempts; nothing by default. */
  trace?: RemoteDeliveryTracing | undefined
}

/** A position moved only past events of other types is saved this often: nothing is sent twice if it is lost. */
const PASSED_SAVED_EVERY_MS = 10_000
/** How soon to try again after a failed read of the log. */
const READ_AGAIN_MS = 1_000

/** Delivers events to one endpoint, in order, one request at a time. */
export class Lane {
  readonly #options: LaneOptions
  #endpoint: Endpoint
  readonly #types: ReadonlySet<EventType> | undefined
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  #position: number
  #failures: number
  /** When the next attempt is due, on the monotonic clock. */
  #dueAt: number
  #attempts: WebhookAttempt[] = []
  #disabled: Progress['disabled']
  #isChanged = false
  #savedPosition: number
  #savedAt = now()
  #isRetriedAtOnce = false
  #sending: AbortController | undefined
  /** Ends a wait for events or for the permission to send. */
  #wake: (() => void) | undefined
  /** Ends any wait. */
  #interrupt: (() => void) | undefined
  #isDraining = false

  constructor(endpoint: Endpoint, options: LaneOptions) {
    this.#options = options
    this.#endpoint = endpoint
    this.#types = endpoint.types && new Set(endpoint.types)
    this.#position = this.#savedPosition = endpoint.position
    this.#failures = endpoint.failures
    this.#dueAt = now() + endpoint.waitMs
    this.#running = this.#run()
  }

  get endpoint(): Endpoint {
    return this.#endpoint
  }

  /** The number of events not yet delivered or passed over. */
  get behind(): number {
    return Math.max(0, this.#options.blocks.head - this.#position)
  }

  /** Takes new secrets of the same generation. */
  update(endpoint: Endpoint): void {
    this.#endpoint = endpoint
  }

  /** Continues after a wait for events or for the permission to send. */
  wake(): void {
    this.#wake?.()
  }

  /** Aborts the request in flight; it counts as not made. */
  abort(): void {
    this.#sending?.abort()
  }

  /** Begins no other request; resolves once the one in flight has ended. */
  drain(): Promise<void> {
    this.#isDraining = true
    this.#interrupt?.()
    return this.#running
  }

  /** Ends now. */
  stop(): Promise<void> {
    this.#stop.abort()
    this.abort()
    this.#interrupt?.()
    return this.#running
  }

  /** Returns the changes since the last call. */
  collect(): Progress | undefined {
    const hasPassed = this.#position !== this.#savedPosition && now() - this.#savedAt >= PASSED_SAVED_EVERY_MS
    if (!this.#isChanged && !hasPassed) return undefined
    const { id, generation } = this.#endpoint
    const wait = this.#dueAt - now()
    const progress: Progress = {
      id,
      generation,
      position: this.#position,
      failures: this.#failures,
      waitMs: this.#failures > 0 && wait > 0 ? Math.round(wait) : null,
      attempts: this.#attempts,
      ...(this.#disabled && { disabled: this.#disabled }),
    }
    this.#attempts = []
    this.#isChanged = false
    this.#savedPosition = this.#position
    this.#savedAt = now()
    return progress
  }

  get #isOver(): boolean {
    return this.#stop.signal.aborted || this.#isDraining || this.#disabled !== undefined
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const wait = this.#dueAt - now()
      if (wait > 0) {
        await this.#pause(wait)
        continue
      }
      const event = await this.#next()
      if (!event || this.#isOver) continue
      if (!this.#options.maySend()) await this.#pause()
      else await this.#deliver(event)
    }
  }

  /** Returns the next event to deliver; undefined after a wait, or if there is nothing more to do. */
  async #next(): Promise<EventText | undefined> {
    const found = this.#options.blocks.next(this.#position)
    if (found === undefined) await this.#pause()
    else if (found instanceof Promise) await found.catch(() => this.#pause(READ_AGAIN_MS))
    else if ('oldest' in found)
      this.#disable('events-lost', { from: this.#position + 1, to: found.oldest - 1 })
    else return this.#firstOf(found)
    return undefined
  }

  /** Returns the first event of its types, and moves past the others. */
  #firstOf({ events, skip }: FoundEvents): EventText | undefined {
    for (let i = skip; i < events.length; i++) {
      const event = events[i]
      if (!event || !this.#types || this.#types.has(event.type)) return event
      this.#position = event.offset
    }
    return undefined
  }

  #disable(reason: DisabledReason, lost?: OffsetRange): void {
    this.#disabled = { reason, ...(lost && { lost }) }
    this.#changed()
  }

  #changed(): void {
    this.#isChanged = true
    this.#options.onNews()
  }

  async #deliver({ offset, type, text }: EventText): Promise<void> {
    const { transport, epoch, userAgent, trace } = this.#options
    const { id: webhook, url, secrets } = this.#endpoint
    const at = Date.now()
    const valid = secrets.flatMap(({ text: secret, until }) =>
      until === undefined || until > now() ? secret : [],
    )
    const id = `${epoch}:${offset}`
    const request = requestOf({ url, id, body: text, at, secrets: valid, userAgent })
    const sending = new AbortController()
    this.#sending = sending
    const traced = trace && (await trace({ webhook, offset, type, host: request.url.hostname }))
    if (traced) Object.assign(request.headers, traced.headers)
    let outcome: SendOutcome | undefined
    try {
      outcome = await transport.send(request, sending.signal)
    } catch {
      return // aborted
    } finally {
      this.#sending = undefined
      traced?.end(outcome)
    }
    const { status, ms, response, error } = outcome
    this.#attempts.push({ at: new Date(at).toISOString(), offset, type, status, ms, response, error })
    if (status !== null && status >= 200 && status < 300) this.#succeeded(offset)
    else this.#failed(outcome)
    this.#changed()
  }

  #succeeded(offset: number): void {
    this.#position = offset
    this.#failures = 0
    this.#isRetriedAtOnce = false
  }

  #failed({ status, retryAfter, isStale }: SendOutcome): void {
    // The receiver may have closed a kept connection before the request arrived.
    if (isStale && !this.#isRetriedAtOnce) {
      this.#isRetriedAtOnce = true
      return
    }
    this.#failures++
    const pause = pauseAfter(this.#failures, parseRetryAfter(retryAfter, Date.now()), this.#options.pauses)
    if (status === 410) this.#disable('gone')
    else if (pause === undefined) this.#disable('failed')
    else this.#dueAt = now() + pause
  }

  /** Waits `ms` milliseconds, or without them until `wake`. */
  #pause(ms?: number): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#wake = this.#interrupt = undefined
        resolve()
      }
      const timer = ms === undefined ? undefined : setTimeout(end, Math.ceil(ms))
      this.#interrupt = end
      if (ms === undefined) this.#wake = end
    })
  }
}
