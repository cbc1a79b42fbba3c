/** What an attack gets to work with. It reaches nothing but the target, which is of this machine. */
export interface AttackOptions {
  host: string
  port: number
  /** Access tokens of a customer. */
  token: string
  /** A product that can be ordered. */
  productId: string
  /** The id of the log and the last offset when the attack began. */
  epoch: string
  head: number
}

/**
 * Attacks until `signal` aborts. It keeps no more connections open than it says in its description, and begins nothing
 * after the signal; what it left open is closed with the process.
 */
export type Attack = (options: AttackOptions, signal: AbortSignal) => Promise<void>

/** How often something was begun: requests, connections or joins. */
export const tally = { begun: 0 }

let turn = 0

/** An address for X-Forwarded-For, one of `count` in turns. Each is of a network of its own, also by a limit on networks. */
export function addressOf(count: number): string {
  turn = (turn + 1) % count
  return `10.${turn >> 8}.${turn & 255}.7`
}

/** Runs `loop` so many times at once, each again and again until `signal` aborts; failures are part of the game. */
export async function atOnce(
  count: number,
  signal: AbortSignal,
  loop: (index: number) => Promise<void>,
): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      while (!signal.aborted) {
        tally.begun++
        await loop(index).catch(() => undefined)
        await new Promise((resolve) => setImmediate(resolve))
      }
    }),
  )
}
