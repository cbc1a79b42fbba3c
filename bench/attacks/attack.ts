/** Input of an attack. Attacks only ever connect to the target, which runs on this machine. */
export interface AttackOptions {
  host: string
  port: number
  /** A customer's access token. */
  token: string
  /** A product in stock. */
  productId: string
  /** Epoch of the event log, and its last offset when the attack started. */
  epoch: string
  head: number
}

/**
 * Attacks until `signal` aborts. Opens at most the number of connections in its description and starts nothing after
 * the signal; connections still open are closed with the process.
 */
export type Attack = (options: AttackOptions, signal: AbortSignal) => Promise<void>

/** Number of requests, connections or joins started. */
export const tally = { started: 0 }

let turn = 0

/**
 * Returns an X-Forwarded-For address, rotating through `count` of them. Each is in a network of its own, so limits
 * per network do not group them.
 */
export function addressOf(count: number): string {
  turn = (turn + 1) % count
  return `10.${turn >> 8}.${turn & 255}.7`
}

/**
 * Runs `count` copies of `loop` concurrently, each repeated until `signal` aborts; failures are expected and ignored.
 */
export async function runConcurrently(
  count: number,
  signal: AbortSignal,
  loop: (index: number) => Promise<void>,
): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      while (!signal.aborted) {
        tally.started++
        await loop(index).catch(() => undefined)
        await new Promise((resolve) => setImmediate(resolve))
      }
    }),
  )
}
