import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { openStream } from '../../../src/client/index.js'
import type { AnyEvent } from '../../../src/contract/events.js'
import type { Db } from '../../../src/db/db.js'
import { isDense } from '../sockets.js'
import { type Headers, tokenOf } from './cluster.js'

/** Returns the last offset of the log. */
export const headOf = async (db: Db) =>
  Number((await db.read.eventCounter.findUniqueOrThrow({ where: { id: 1 } })).lastOffset)

/** Connects an admin to `url` that records all events from now on. */
export async function listen(t: Test, url: string, admin: Headers, db: Db) {
  const { epoch, lastOffset } = await db.read.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
  const first = Number(lastOffset) + 1
  const events: AnyEvent[] = []
  let resets = 0
  let connections = 0
  const stream = openStream(url, {
    token: () => tokenOf(admin),
    from: { epoch, offset: first - 1 },
    onReset: () => resets++,
    onState: (state) => state === 'live' && connections++,
  })
  t.teardown(() => stream.close())
  const reading = (async () => {
    for await (const event of stream) events.push(event)
  })()
  return {
    get connections() {
      return connections
    },
    /** Waits for the end of the log. @returns whether every event arrived once, in order and without a reload */
    async receivedAll(): Promise<boolean> {
      const last = await headOf(db)
      while ((events.at(-1)?.offset ?? first - 1) < last) await sleep(10)
      stream.close()
      await reading
      return resets === 0 && isDense(events, first, last)
    },
  }
}
