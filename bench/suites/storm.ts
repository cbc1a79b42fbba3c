import { execFileSync } from 'node:child_process'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { newFile } from '../databases.js'
import type { Sample, Suite } from '../measure.js'
import { start } from '../processes.js'
import type { Returned } from '../servers/returners.js'
import { makeShop, orderShots, SECRET, type Shop } from '../shop.js'

const MANY = '5,000 listeners'
const SOME = '1,000 listeners'
/** A light load: each buyer places one order after another. */
const BUYERS = 2
const HEALTH_EVERY_MS = 50
/** Not used by the host's clients or the servers of other suites. */
const PORT = 38_471

const now = () => Number(process.hrtime.bigint()) / 1e6

/** Returns the latency of /health/ready over a new connection in milliseconds, or undefined if it failed. */
const ask = (address: string) =>
  new Promise<number | undefined>((resolve) => {
    const started = performance.now()
    request(`${address}/health/ready`, { agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(performance.now() - started))
    })
      .once('error', () => resolve(undefined))
      .end()
  })

/** Returns the CPU seconds used by a process. */
const processorTime = (pid: number) =>
  Number(execFileSync('ps', ['-o', 'cputimes=', '-p', String(pid)], { encoding: 'utf8' }))

/** Places orders until stopped, whether or not the server is running. */
function buy(address: string, shop: Shop) {
  const shots = orderShots(shop, shop.productIds)
  let placed = 0
  let buying = true
  const buyers = Array.from({ length: BUYERS }, async (_, buyer) => {
    for (let i = buyer; buying; i += BUYERS) {
      const { method = 'POST', path = '/orders', headers, body } = shots[i % shots.length] ?? {}
      const answer = await fetch(address + path, {
        method,
        ...(headers && { headers }),
        ...(body && { body }),
      }).catch(() => undefined)
      await answer?.arrayBuffer().catch(() => undefined)
      if (answer?.status === 201) placed++
      else await sleep(20)
    }
  })
  return {
    placed: () => placed,
    async stop() {
      buying = false
      await Promise.all(buyers)
    },
  }
}

/**
 * A restart under load: the server is killed and started again, and every listener reconnects at once and has to
 * catch up. Measures the time until all have caught up, the latency of /health/ready meanwhile, and the rate of
 * orders compared with before.
 */
export const storm: Suite = {
  name: 'storm',
  seconds: { full: 4, quick: 2 },
  rows: [SOME, MANY].flatMap((name) => [
    {
      name: `${name} level after kill -9`,
      of: name,
      against: name,
      figure: 'level',
      unit: 's',
      goal: { atMost: name === SOME ? 5 : 20, absolute: true },
    },
    {
      name: `${name} level: processor time of the server, its start included`,
      of: name,
      against: name,
      figure: 'processor',
      unit: 's',
    },
    {
      name: `${name} come back: /health/ready, the slowest`,
      of: name,
      against: name,
      figure: 'ready',
      unit: 'ms',
      goal: { atMost: 300, absolute: true },
    },
    {
      name: `${name} come back: orders, beside before`,
      of: name,
      against: name,
      figure: 'during',
      againstFigure: 'before',
      unit: '/s',
      goal: { atLeast: 0.5 },
    },
  ]),

  async open() {
    const faults: string[] = []

    /** @param port differs between contestants: their listeners never stop reconnecting */
    const contest =
      (name: string, count: number, port: number) =>
      async (seconds: number): Promise<Sample> => {
        const file = newFile()
        const shop = await makeShop(file.url)
        const options = { databaseUrl: file.url, secret: SECRET, port }
        const address = `http://127.0.0.1:${port}`
        let app = await start('servers/app.mjs', { place: 'server', options })
        const { admin, customer } = shop
        const listeners = await start('servers/returners.ts', {
          place: 'load',
          options: { address, admin, customer, count },
        })
        const buyers = buy(address, shop)
        await sleep(1_000)
        const early = buyers.placed()
        await sleep(seconds * 1_000)
        const before = (buyers.placed() - early) / seconds

        await listeners.ask('reset')
        process.kill(app.pid, 'SIGKILL')
        await app.stop()
        app = await start('servers/app.mjs', { place: 'server', options })
        const started = now()
        const placed = buyers.placed()
        let storming = true
        let slowest = 0
        const looking = (async () => {
          while (storming) {
            slowest = Math.max(slowest, (await ask(address)) ?? 0)
            await sleep(HEALTH_EVERY_MS)
          }
        })()
        const { at, gaps, unrecovered } = await listeners.ask<Returned>('level')
        const during = ((buyers.placed() - placed) * 1_000) / (now() - started)
        const processor = processorTime(app.pid)
        storming = false
        await Promise.all([looking, buyers.stop()])
        if (gaps + unrecovered > 0) faults.push(`${name}: ${gaps} gaps, ${unrecovered} had to reload`)
        await listeners.stop()
        await app.stop()
        await file.drop()
        return { level: (at - started) / 1_000, ready: slowest, before, during, processor }
      }

    return {
      contestants: { [SOME]: contest(SOME, 1_000, PORT), [MANY]: contest(MANY, 5_000, PORT + 1) },
      close: async () => faults,
    }
  },
}
