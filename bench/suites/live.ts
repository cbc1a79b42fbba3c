import { newFile } from '../databases.js'
import { median, type Suite } from '../measure.js'
import { type Program, start } from '../processes.js'
import type { Received } from '../servers/listeners.js'
import { makeShop, SECRET } from '../shop.js'

const SOCKETS = 1_000
/** Events committed together, and therefore relayed together. */
const BURST = 20
/** Milliseconds between two lone events: longer than the relay's pacing interval. */
const APART_MS = 25

const OURS = 'the program'
const ALONE = 'socket.io alone'
const STREAMS = 'the program, by server-sent events'

/** Single events and bursts to a thousand admins, each event a packet of its own, as sent without `batch`. */
export const live: Suite = {
  name: 'live',
  seconds: { full: 3, quick: 1 },
  rows: [
    {
      name: 'events to 1,000 admins, in bursts',
      of: OURS,
      against: ALONE,
      figure: 'rate',
      unit: 'packets/s',
      goal: { atLeast: 0.9 },
    },
    {
      name: 'one event, until the last of them has it',
      of: OURS,
      against: ALONE,
      figure: 'time',
      unit: 'ms',
      goal: { atMost: 1.1 },
    },
    {
      name: 'events to 1,000 admins by server-sent events, in bursts',
      of: STREAMS,
      against: ALONE,
      figure: 'rate',
      unit: 'events/s',
      goal: { atLeast: 0.9 },
    },
    {
      name: 'one event by server-sent events, until the last has it',
      of: STREAMS,
      against: ALONE,
      figure: 'time',
      unit: 'ms',
      goal: { atMost: 1.1 },
    },
  ],

  async open() {
    const file = newFile()
    const shop = await makeShop(file.url)
    const startApp = (databaseUrl: string): Promise<Program<{ address: string }>> =>
      start('servers/app.mjs', { place: 'server', options: { databaseUrl, secret: SECRET } })
    const app = await startApp(file.url)
    const otherFile = newFile()
    const otherShop = await makeShop(otherFile.url)
    const streaming = await startApp(otherFile.url)
    const alone: Program<{ address: string }> = await start('baselines/sockets.ts', { place: 'server' })
    const faults: string[] = []
    const data = { productId: shop.productIds[0], stock: 1_000_000_000 }

    async function contest(name: string, program: typeof app, token = shop.admin, stream = false) {
      const { address } = program.hello
      const options = { address, token, count: SOCKETS, batch: false, stream }
      const admins = await start('servers/listeners.ts', { place: 'load', options })
      /** Returns the milliseconds from the commit of `count` events until every socket has received them all. */
      const send = async (count: number) => {
        await admins.ask('reset')
        const [started, { events, gaps, last }] = await Promise.all([
          program.ask<number>('emit', { ...data, count }),
          admins.ask<Received>('received', count * SOCKETS),
        ])
        if (gaps > 0 || events !== count * SOCKETS) faults.push(`${name}: ${gaps} gaps, ${events} events`)
        return last - started
      }
      const measure = async (seconds: number) => {
        const end = performance.now() + (seconds * 1000) / 2
        const bursts = [await send(BURST)]
        while (performance.now() < end) bursts.push(await send(BURST))
        const ones: number[] = []
        do {
          await new Promise((resolve) => setTimeout(resolve, APART_MS))
          ones.push(await send(1))
        } while (performance.now() < end + (seconds * 1000) / 2)
        return { rate: (BURST * SOCKETS * 1000) / median(bursts), time: median(ones) }
      }
      return { admins, measure }
    }

    const ours = await contest(OURS, app)
    const theirs = await contest(ALONE, alone)
    const streams = await contest(STREAMS, streaming, otherShop.admin, true)
    return {
      contestants: { [OURS]: ours.measure, [ALONE]: theirs.measure, [STREAMS]: streams.measure },
      async close() {
        const listeners = [ours, theirs, streams].map(({ admins }) => admins)
        for (const program of [...listeners, app, alone, streaming]) await program.stop()
        for (const { drop } of [file, otherFile]) await drop()
        return faults
      },
    }
  },
}
