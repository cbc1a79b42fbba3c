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
  ],

  async open() {
    const file = newFile()
    const shop = await makeShop(file.url)
    const app: Program<{ address: string }> = await start('servers/app.mjs', {
      place: 'server',
      options: { databaseUrl: file.url, secret: SECRET },
    })
    const alone: Program<{ address: string }> = await start('baselines/sockets.ts', { place: 'server' })
    const faults: string[] = []
    const data = { productId: shop.productIds[0], stock: 1_000_000_000 }

    async function contest(name: string, program: typeof app) {
      const options = { address: program.hello.address, token: shop.admin, count: SOCKETS, batch: false }
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
        const bursts: number[] = []
        while (performance.now() < end) bursts.push(await send(BURST))
        const ones: number[] = []
        while (performance.now() < end + (seconds * 1000) / 2) {
          await new Promise((resolve) => setTimeout(resolve, APART_MS))
          ones.push(await send(1))
        }
        return { rate: (BURST * SOCKETS * 1000) / median(bursts), time: median(ones) }
      }
      return { admins, measure }
    }

    const ours = await contest(OURS, app)
    const theirs = await contest(ALONE, alone)
    return {
      contestants: { [OURS]: ours.measure, [ALONE]: theirs.measure },
      async close() {
        for (const program of [ours.admins, theirs.admins, app, alone]) await program.stop()
        await file.drop()
        return faults
      },
    }
  },
}
