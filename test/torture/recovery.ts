import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerNode } from './fault.js'
import type { Account } from './load/account.js'
import { probe } from './load/orders.js'
import type { Shop } from './load/shop.js'

const DEADLINE_MS = 600_000
const PROBE_EVERY_MS = 10
// Short, so that a probe sent too early does not inflate the recovery time; increased for slow machines.
const FIRST_TIMEOUT_MS = 2_000
const LONGEST_TIMEOUT_MS = 60_000

/** Milliseconds from the end of a fault until the last process had recovered. */
export interface Recovery {
  /** Until `/health/ready` returned 200. */
  readyMs: number
  /** Until an order was acknowledged. */
  orderMs: number
}

async function timeUntil(
  problem: string,
  since: number,
  succeeds: (timeoutMs: number) => Promise<boolean>,
): Promise<number> {
  let timeoutMs = FIRST_TIMEOUT_MS
  for (let sent = since; !(await succeeds(timeoutMs)); sent = performance.now()) {
    const now = performance.now()
    if (now - sent > timeoutMs) timeoutMs = Math.min(2 * timeoutMs, LONGEST_TIMEOUT_MS)
    if (now - since > DEADLINE_MS) throw new Error(`${problem} after ${DEADLINE_MS / 1000} s`)
    await sleep(PROBE_EVERY_MS)
  }
  return performance.now() - since
}

/** Restarts ended processes, and waits until each one serves requests again. @throws if one does not in time */
export async function recover(
  nodes: readonly ServerNode[],
  { shop, prober, round }: { shop: Shop; prober: Account; round: number },
): Promise<Recovery> {
  const since = performance.now()
  const productId = shop.plentiful[0] ?? ''
  const request = { userId: prober.userId, productId, quantity: 1 }
  const times = await Promise.all(
    nodes.map(async (node) => {
      await node.start()
      const { url, name } = node
      const ready = async (timeoutMs: number) => {
        const answer = await shop.http.send(url, {
          method: 'GET',
          path: '/health/ready',
          timeoutMs,
        })
        return answer.status === 200
      }
      const key = `probe-${round}-${name}`
      const order = (timeoutMs: number) => probe(shop, prober, request, { key, url, timeoutMs })
      const [readyMs, orderMs] = await Promise.all([
        timeUntil(`${name} is not ready`, since, ready),
        timeUntil(`${name} accepts no orders`, since, order),
      ])
      return { readyMs, orderMs }
    }),
  )
  return {
    readyMs: Math.max(...times.map(({ readyMs }) => readyMs)),
    orderMs: Math.max(...times.map(({ orderMs }) => orderMs)),
  }
}
