import { newFile } from '../databases.js'
import type { Contestant, Sample, Suite } from '../measure.js'
import { type Program, start } from '../processes.js'
import type { ListenerOptions } from '../servers/listeners.js'
import { makeShop, SECRET } from '../shop.js'

const MANY = { full: 10_000, quick: 1_000 }
const KIB = 1024

const SOCKETS = 'sockets'
const STREAMS = 'event streams'
const ALONE = 'socket.io alone'

/**
 * The cost of a listener without events, the most common kind: the memory of the server after garbage collection, with
 * buffers, per connection. Resident memory is no measure, because it includes leftovers of earlier peaks.
 */
export const idle: Suite = {
  name: 'idle',
  seconds: { full: 0, quick: 0 },
  rows: [
    {
      name: 'memory of an idle Socket.IO connection',
      of: SOCKETS,
      against: ALONE,
      figure: 'memory',
      unit: 'KiB',
    },
    {
      name: 'memory of an idle event stream',
      of: STREAMS,
      against: SOCKETS,
      figure: 'memory',
      unit: 'KiB',
    },
  ],

  async open({ quick }) {
    const file = newFile()
    const shop = await makeShop(file.url)
    const count = quick ? MANY.quick : MANY.full
    const nodeOptions = ['--expose-gc']
    const startApp = (): Promise<Program<{ address: string }>> =>
      start('servers/app.mjs', {
        place: 'server',
        options: { databaseUrl: file.url, secret: SECRET },
        nodeOptions,
      })
    const startAlone = (): Promise<Program<{ address: string }>> =>
      start('baselines/sockets.ts', { place: 'server', nodeOptions })

    async function weigh(startServer: typeof startApp, stream = false): Promise<Sample> {
      const server = await startServer()
      const follow = async (some: number) => {
        const { address } = server.hello
        const options = { address, token: shop.admin, count: some, batch: true, stream }
        return start('servers/listeners.ts', { place: 'load', options: options satisfies ListenerOptions })
      }
      // Connections load code, once.
      const warmUp = await follow(100)
      await warmUp.stop()
      const before = await server.ask<NodeJS.MemoryUsage>('memory')
      const listeners = await follow(count)
      const after = await server.ask<NodeJS.MemoryUsage>('memory')
      for (const program of [listeners, server]) await program.stop()
      const held = after.heapUsed + after.external - before.heapUsed - before.external
      return { memory: held / count / KIB }
    }
    // Filling a server takes long, and the figures hardly vary.
    const once = (work: () => Promise<Sample>): Contestant => {
      let sample: Promise<Sample> | undefined
      return () => (sample ??= work())
    }
    return {
      note: `${count.toLocaleString('en-US')} connections`,
      contestants: {
        [SOCKETS]: once(() => weigh(startApp)),
        [STREAMS]: once(() => weigh(startApp, true)),
        [ALONE]: once(() => weigh(startAlone)),
      },
      async close() {
        await file.drop()
        return []
      },
    }
  },
}
