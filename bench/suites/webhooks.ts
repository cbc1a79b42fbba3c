import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { audit } from '../audit.js'
import { newFile } from '../databases.js'
import type { Suite } from '../measure.js'
import { start } from '../processes.js'
import { makeShop, orderShots, SECRET } from '../shop.js'
import { createTally } from '../tally.js'

const WEBHOOKS = 1_000
const CONNECTIONS = 50
/** Deliveries at a time, to one webhook or to several. */
const DELIVERIES = 2_000
const SEVERAL = 50

const NONE = 'orders without webhooks'
const MANY = 'orders with 1,000 webhooks, half of them dead'
const ONE = 'deliveries to one webhook'
const FIFTY = 'deliveries to 50 webhooks'
const BARE = 'requests one after another by undici alone'

const settings = { webhooks: { allowPrivate: true, httpsOnly: false } }

/** Opens a program on a shop of its own, with webhooks at `urls`. */
async function open(urls: string[]) {
  const file = newFile()
  const shop = await makeShop(file.url)
  const options = { databaseUrl: file.url, secret: SECRET, changes: settings }
  const program = await start<{ address: string }>('servers/app.mjs', { place: 'server', options })
  const headers = { authorization: `Bearer ${shop.admin}`, 'content-type': 'application/json' }
  for (const url of urls) {
    const body = JSON.stringify({ url })
    const answer = await fetch(`${program.hello.address}/webhooks`, { method: 'POST', headers, body })
    if (answer.status !== 201) throw new Error(`a webhook was refused: ${await answer.text()}`)
  }
  return { file, shop, program, tally: createTally(), address: program.hello.address }
}

/** The cost of a thousand webhooks to orders, and the rate of deliveries to one and to fifty. */
export const webhooks: Suite = {
  name: 'webhooks',
  seconds: { full: 3, quick: 2 },
  rows: [
    {
      name: 'POST /orders with 1,000 webhooks, half of them dead',
      of: MANY,
      against: NONE,
      figure: 'rate',
      unit: '/s',
      goal: { atLeast: 0.95 },
    },
    {
      name: 'events delivered to one webhook',
      of: ONE,
      against: BARE,
      figure: 'rate',
      unit: '/s',
      goal: { atLeast: 2_000, absolute: true },
    },
    {
      name: 'events delivered to 50 webhooks, in all',
      of: FIFTY,
      against: BARE,
      figure: 'rate',
      unit: '/s',
      goal: { atLeast: 2_000, absolute: true },
    },
  ],

  async open() {
    const receivers = await start<{ address: string }>('servers/receivers.ts', { place: 'load' })
    const { address } = receivers.hello
    const urls = Array.from({ length: WEBHOOKS }, (_, i) => {
      if (i % 2 === 0) return `${address}/live/${i}`
      return i % 4 === 1 ? `${address}/hang/${i}` : `http://127.0.0.1:1/${i}`
    })
    const [without, many] = [await open([]), await open(urls)]
    const live = Array.from({ length: SEVERAL }, (_, i) => `${address}/live/${i}`)
    const [one, fifty] = [await open(live.slice(0, 1)), await open(live)]
    const all = [without, many, one, fifty]
    // Only the measured program runs.
    const alone = async <T>({ program }: typeof without, work: () => Promise<T>): Promise<T> => {
      process.kill(program.pid, 'SIGCONT')
      await sleep(200)
      try {
        return await work()
      } finally {
        process.kill(program.pid, 'SIGSTOP')
      }
    }
    for (const { program } of all) process.kill(program.pid, 'SIGSTOP')
    const received = () => receivers.ask<number>('received')
    const emit = ({ shop, program }: typeof without, count: number) =>
      program.ask('emit', { productId: shop.productIds[0], stock: 1, count })
    /** Waits until a program delivers again after its stop: its lease has expired, so it starts another thread. */
    const warm = async (each: typeof without, webhooks: number) => {
      const before = await received()
      await emit(each, 1)
      while ((await received()) < before + webhooks) await sleep(10)
    }
    const placing = (each: typeof without, webhooks: number) => {
      const shots = orderShots(each.shop, each.shop.productIds)
      return (seconds: number) =>
        alone(each, async () => {
          await warm(each, webhooks)
          return { ...(await each.tally.place(each.address, shots, { connections: CONNECTIONS, seconds })) }
        })
    }
    const delivering = (each: typeof without, webhooks: number) => async () =>
      alone(each, async () => {
        await warm(each, webhooks)
        const before = await received()
        const events = DELIVERIES / webhooks
        const begun = performance.now()
        await emit(each, events)
        while ((await received()) < before + DELIVERIES) await sleep(2)
        return { rate: DELIVERIES / ((performance.now() - begun) / 1000) }
      })
    const agent = new Agent()
    return {
      contestants: {
        [NONE]: placing(without, 0),
        [MANY]: placing(many, WEBHOOKS / 2),
        [ONE]: delivering(one, 1),
        [FIFTY]: delivering(fifty, SEVERAL),
        [BARE]: async (seconds) => {
          const end = performance.now() + seconds * 1000
          let count = 0
          for (; performance.now() < end; count++) {
            const { body } = await request(`${address}/live`, {
              method: 'POST',
              body: '{}',
              dispatcher: agent,
            })
            await body.dump()
          }
          return { rate: count / seconds }
        },
      },
      async close() {
        const faults: string[] = []
        await agent.close()
        for (const { program, file, tally } of all) {
          process.kill(program.pid, 'SIGCONT')
          await program.stop()
          if (program === without.program || program === many.program)
            faults.push(...(await audit(file.url, tally.sum())))
          await file.drop()
        }
        await receivers.stop()
        return faults
      },
    }
  },
}
