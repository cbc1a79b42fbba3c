import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../../../src/db/db.js'
import { givenKey } from '../../../src/orders/idempotency.js'
import { type Headers, post } from './cluster.js'

const PAUSE_MS = 20

export type Load = ReturnType<typeof startLoad>

/**
 * Orders single units at `url` until stopped. Half of the buyers send an idempotency key and retry until answered;
 * the others send none and never retry.
 */
export function startLoad(url: string, headers: { keyed: Headers; keyless: Headers }, productId: string) {
  const placed = new Map<string, string>()
  const keyless: string[] = []
  const statuses = new Map<number, number>()
  const refusals = new Set<string>()
  let unanswered = 0
  let keys = 0
  let running = true

  const order = async (who: Headers): Promise<string | undefined> => {
    const { status, body } = await post(`${url}/orders`, who, { productId, quantity: 1 })
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (status === 201) return body.id
    refusals.add(body?.type ?? String(status))
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
    /** Responses by status; 0 for none. */
    statuses,
    /** Types of the problems; the status of other responses than 201 without one. */
    refusals,
    get acknowledged() {
      return placed.size + keyless.length
    },
    /** Resolves after `count` more acknowledged orders. */
    async more(count: number) {
      for (const enough = this.acknowledged + count; this.acknowledged < enough; ) await sleep(5)
    },
    async stop() {
      running = false
      await Promise.all(buyers)
    },

    /**
     * Audits the orders in the database: each acknowledged one must exist, and none twice. @returns a description of
     * each fault.
     */
    async audit(db: Db): Promise<string[]> {
      const rows = await db.read.order.findMany({
        where: { productId },
        select: { id: true, idempotencyKey: true },
      })
      return this.auditRows(rows)
    },

    /** The same for the orders of these buyers among several loads of one product. */
    auditRows(rows: { id: string; idempotencyKey: string | null }[]): string[] {
      const ids = new Set(rows.map(({ id }) => id))
      const byKey = new Map(rows.map(({ id, idempotencyKey }) => [idempotencyKey, id]))
      const lost = keyless.filter((id) => !ids.has(id)).length
      const others = [...placed].filter(([key, id]) => byKey.get(key) !== id).length
      const extra =
        rows.filter(({ idempotencyKey }) => givenKey(idempotencyKey) === null).length - keyless.length
      return [
        lost > 0 && `${lost} acknowledged orders are lost`,
        others > 0 && `${others} keys have another order than the one acknowledged, or none`,
        extra > unanswered && `${extra} orders more than acknowledged, and only ${unanswered} had no answer`,
      ].filter((fault) => fault !== false)
    },
  }
}
