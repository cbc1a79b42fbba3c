import { setTimeout as sleep } from 'node:timers/promises'
import type { InjectOptions } from 'fastify'
import type { App } from '../../src/app.js'

/** Deadline for waits that normally take moments: longer than any busy machine needs. */
export const PATIENCE_MS = 8 * 60_000

/**
 * Fetches like a well-behaved client: retries a 503 after its Retry-After.
 * @returns the first response other than a 503
 */
export async function fetchPatiently(url: string, request: RequestInit = {}): Promise<Response> {
  for (;;) {
    const answer = await fetch(url, request)
    const seconds = answer.headers.get('retry-after')
    if (answer.status !== 503 || seconds === null) return answer
    await answer.arrayBuffer()
    await sleep(Number(seconds) * 1_000)
  }
}

/** Like `fetchPatiently`, for requests injected into `app`. */
export async function injectPatiently(app: App, request: InjectOptions) {
  for (;;) {
    const answer = await app.inject(request)
    const seconds = answer.headers['retry-after']
    if (answer.statusCode !== 503 || seconds === undefined) return answer
    await sleep(Number(seconds) * 1_000)
  }
}
