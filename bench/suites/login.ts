import bcrypt from 'bcrypt'
import { openDb } from '../../src/db/open.js'
import { newId } from '../../src/ids.js'
import { newFile } from '../databases.js'
import type { Suite } from '../measure.js'
import { type Program, start } from '../processes.js'
import { makeShop, SECRET } from '../shop.js'

const COST = 12
const PASSWORD = 'correct horse battery staple'
const USERS = 64
/** High enough to keep every thread busy, low enough that the tail of a spell, with some threads idle, is short. */
const AT_ONCE = 8
/** A verification rate any machine reaches. A spell is a number of checks, not of seconds. */
const CHECKS_PER_SECOND = 5
/** Concurrent sign-ins during the reads: many times the capacity of the cores, yet finished soon afterwards. */
const FLOOD = 16

const LOGIN = 'sign-ins'
const BCRYPT = 'bcrypt alone'
const QUIET = 'GET /products, quiet'
const FLOODED = 'GET /products, in a flood of sign-ins'

const emailOf = (i: number) => `user-${i % USERS}@bench.test`

async function addUsers(url: string, password: string): Promise<void> {
  const db = await openDb(url)
  const at = new Date()
  const data = Array.from({ length: USERS }, (_, i) => {
    return { id: newId(), name: 'User', email: emailOf(i), password, createdAt: at, updatedAt: at }
  })
  await db.write((tx) => tx.user.createMany({ data }))
  await db.close()
}

/** Signs in repeatedly, `atOnce` at a time, while `more()` returns true. */
async function signIn(address: string, atOnce: number, more: () => boolean): Promise<void> {
  let next = 0
  const worker = async () => {
    while (more()) {
      const body = JSON.stringify({ email: emailOf(next++), password: PASSWORD })
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${address}/auth/login`, { method: 'POST', headers, body })
      await answer.arrayBuffer()
      if (answer.status !== 200) throw new Error(`a sign-in was answered ${answer.status}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/**
 * Compares sign-ins with bare bcrypt, both on all cores with little other load, and measures their impact on readers.
 */
export const login: Suite = {
  name: 'login',
  seconds: { full: 3, quick: 1 },
  rows: [
    {
      name: 'POST /auth/login',
      of: LOGIN,
      against: BCRYPT,
      figure: 'rate',
      unit: '/s',
      goal: { atLeast: 0.9 },
    },
    {
      name: 'GET /products p99 in a flood of sign-ins',
      of: FLOODED,
      against: QUIET,
      figure: 'p99',
      unit: 'ms',
      goal: { atMost: 3 },
    },
  ],

  async open() {
    const file = newFile()
    await makeShop(file.url)
    const hash = await bcrypt.hash(PASSWORD, COST)
    await addUsers(file.url, hash)
    const app: Program<{ address: string }> = await start('servers/app.mjs', {
      place: 'all',
      options: { databaseUrl: file.url, secret: SECRET },
    })
    const { address } = app.hello
    const alone = await start('servers/bcrypt.ts', { place: 'all', options: { password: PASSWORD, hash } })
    const probe = await start('servers/probe.ts', { place: 'all', options: { url: `${address}/products` } })
    const p99 = async (seconds: number) => ({ p99: await probe.ask<number>('p99', seconds) })
    return {
      contestants: {
        async [LOGIN](seconds) {
          const times = Math.ceil(seconds * CHECKS_PER_SECOND)
          let left = times
          const start = performance.now()
          await signIn(address, AT_ONCE, () => left-- > 0)
          return { rate: (times * 1000) / (performance.now() - start) }
        },
        async [BCRYPT](seconds) {
          const times = Math.ceil(seconds * CHECKS_PER_SECOND)
          return { rate: times / (await alone.ask<number>('check', { times, atOnce: AT_ONCE })) }
        },
        [QUIET]: p99,
        async [FLOODED](seconds) {
          let over = false
          const flood = signIn(address, FLOOD, () => !over)
          const sample = await p99(seconds)
          over = true
          await flood
          return sample
        },
      },
      async close() {
        for (const program of [probe, alone, app]) await program.stop()
        await file.drop()
        return []
      },
    }
  },
}
