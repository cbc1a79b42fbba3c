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
/** Enough that every thread has work, and few enough that the end of a spell, when some have none, is short. */
const AT_ONCE = 8
/** Passwords that a second is sure to be enough for. A spell is so many checks, not so many seconds. */
const CHECKS_A_SECOND = 5
/** Sign-ins at once while others read: many times what the cores can do, and soon over when it is enough. */
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

/** Signs in over and over, so many at once, while `more()` says so. */
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

/** Signing in beside bcrypt, both on all cores and with little load beside them, and what it does to those who read. */
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
    const app: Program<{ address: string }> = await start('servers/app.ts', {
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
          const times = Math.ceil(seconds * CHECKS_A_SECOND)
          let left = times
          const start = performance.now()
          await signIn(address, AT_ONCE, () => left-- > 0)
          return { rate: (times * 1000) / (performance.now() - start) }
        },
        async [BCRYPT](seconds) {
          const times = Math.ceil(seconds * CHECKS_A_SECOND)
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
