import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../../src/db/types.js'
import { type Headers, post } from './cluster.js'

const PAUSE_MS = 20

export type Load = ReturnType<typeof startLoad>

/**
 * Orders at `url`, one unit at a time, until it is told to stop. Half of the buyers send a key with each order and ask
 * until it is answered; the others send none, and go on to the next.
 */
export function startLoad(url: string, headers: { keyed: Headers; keyless: Headers }, productId: string) {
  const placed = new Map<string, string>()
  const keyless: string[] = []
  const statuses = new Map<number, number>()
  let unanswered = 0
  let keys = 0
  let running = true

  const order = async (who: Headers): Promise<string | undefined> => {
    const { status, body } = await post(`${url}/orders`, who, { productId, quantity: 1 })
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (status === 201) return body.id
    await sleep(PAUSE_MS)
    return undefined
  }
  const withKeys = async () => {
    while (running) {
      const key = `key-${keys++}`
      let id: string | undefined
      while (id === undefined) id = await order({ ...headers.keyed, 'idempotency-key': key })
      placed.set(key, id)
    }
  }
  const withoutKeys = async () => {
    while (running) {
      const id = await order(headers.keyless)
      if (id === undefined) unanswered++
      else keyless.push(id)
    }
  }
  const buyers = Array.from({ length: 16 }, (_, i) => (i % 2 ? withKeys() : withoutKeys()))

  return {
    /** How often each status was answered; 0 for no answer. */
    statuses,
    get acknowledged() {
      return placed.size + keyless.length
    },
    /** Resolves once so many more orders were acknowledged. */
    async more(count: number) {
      for (const enough = this.acknowledged + count; this.acknowledged < enough; ) await sleep(5)
    },
    async stop() {
      running = false
      await Promise.all(buyers)
    },

    /** What is wrong with the orders in the database, in words: those acknowledged are there, and none twice. */
    async audit(db: Db): Promise<string[]> {
      const rows = await db.read.order.findMany({
        where: { productId },
        select: { id: true, idempotencyKey: true },
      })
      const ids = new Set(rows.map(({ id }) => id))
      const byKey = new Map(rows.map(({ id, idempotencyKey }) => [idempotencyKey, id]))
      const lost = keyless.filter((id) => !ids.has(id)).length
      const others = [...placed].filter(([key, id]) => byKey.get(key) !== id).length
      const extra = rows.filter(({ idempotencyKey }) => idempotencyKey === null).length - keyless.length
      return [
        lost > 0 && `${lost} acknowledged orders are lost`,
        others > 0 && `${others} keys have another order than the one acknowledged, or none`,
        extra > unanswered && `${extra} orders more than acknowledged, and only ${unanswered} had no answer`,
      ].filter((fault) => fault !== false)
    },
  }
}
