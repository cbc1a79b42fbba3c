import { setTimeout as sleep } from 'node:timers/promises'
import type { Journal } from '../journal.js'
import type { Random } from '../random.js'
import { type Answer, HttpClient } from './http.js'

/** State shared by all clients of a run. */
export interface Shop {
  readonly urls: readonly string[]
  readonly journal: Journal
  readonly http: HttpClient
  /** Products with more stock than any run sells. */
  readonly plentiful: string[]
  /** Products that keep selling out. */
  readonly scarce: string[]
  /** Whether server clocks jump, so tokens may expire at any time. */
  readonly clocksMove: boolean
  /** Aborted at the end of the run, to stop retries. */
  readonly closing: AbortController
}

export const openShop = (options: Pick<Shop, 'urls' | 'journal' | 'clocksMove'>): Shop => ({
  ...options,
  http: new HttpClient(),
  plentiful: [],
  scarce: [],
  closing: new AbortController(),
})

/** Longer than any fault lasts, even on a busy machine. */
const DEADLINE_MS = 600_000
/** After the first finding the run has failed, and need not wait for long. */
const FAILED_DEADLINE_MS = 15_000
const LONGEST_WAIT_MS = 5_000
const LONGEST_TIMEOUT_MS = 120_000

/** A request did not get a conclusive response in time. */
export class NeverSettled extends Error {
  override name = 'NeverSettled'
}

/** Whether the outcome of a request with this `status` is unknown, or it should be retried. */
export const isInconclusive = (status: number) => status === 0 || status === 429 || status >= 500

/** Draws a client's response timeout in milliseconds. */
export const drawTimeout = (random: Random) => random.between(4_000, 12_000)

/**
 * Retries a request until its response is conclusive, honouring Retry-After.
 * @param what describes the request in errors
 * @param ask sends the request; its timeout doubles with each attempt, for slow machines
 * @param onInconclusive called after each inconclusive attempt
 * @throws NeverSettled, or the reason of `closing` once aborted
 */
export async function sendUntilSettled(
  { closing, journal }: Shop,
  what: string,
  ask: (timeoutMs: number) => Promise<Answer>,
  random: Random,
  onInconclusive: () => void = () => undefined,
): Promise<Answer> {
  const started = performance.now()
  for (let timeoutMs = drawTimeout(random); ; timeoutMs = Math.min(2 * timeoutMs, LONGEST_TIMEOUT_MS)) {
    const answer = await ask(timeoutMs)
    if (!isInconclusive(answer.status)) return answer
    onInconclusive()
    closing.signal.throwIfAborted()
    const patience = journal.findings.length > 0 ? FAILED_DEADLINE_MS : DEADLINE_MS
    if (performance.now() - started > patience)
      throw new NeverSettled(`${what}: still ${answer.status} after ${patience / 1000} s`)
    const retryAfterMs = 1000 * Number(answer.headers['retry-after'] ?? 0)
    await sleep(Math.min(retryAfterMs, LONGEST_WAIT_MS) + random.between(10, 200))
  }
}
