import { join } from 'node:path'
import type { Test } from 'tap'
import { stockroom } from './command.js'
import { freePort } from './ports.js'

export type Env = Record<string, string>
/** What is to be found. */
export interface Expected {
  topic: string
  state: 'fault' | 'warning'
  message: RegExp
  cure: RegExp
}

interface Found {
  topic: string
  state: string
  message: string
  cure: string
}

export const STRONG = 'K7fN2pQ9sV4xZ8bD3gH6jL1mR5tW0yCe'

/** Runs `stockroom doctor` in `dir`. */
export async function doctor(t: Test, dir: string, env: Env, ...args: string[]) {
  const { code, output, errors } = await stockroom(t, ['doctor', '--json', ...args], {
    cwd: dir,
    env: { PORT: String(await freePort()), ...env },
  })
  t.equal(errors, '')
  return { code, found: JSON.parse(output) as Found[] }
}

/** Migrates a database in `dir`, and returns the settings naming it. */
export async function migrated(t: Test, dir: string): Promise<Env> {
  const env = { DATABASE_URL: `file:${join(dir, 'data/shop.db')}` }
  await stockroom(t, ['migrate'], { cwd: dir, env })
  return env
}

/** Makes a set-up in the folder `dir`, and returns its settings. */
export type Setup = (t: Test, dir: string) => Promise<Env> | Env

/** Expects the doctor to find a broken set-up, name its cure, and tell no secret. */
export async function check(t: Test, { setup, state, topic, message, cure }: Expected & { setup: Setup }) {
  const dir = t.testdir()
  const { code, found } = await doctor(t, dir, await setup(t, dir))
  t.ok(
    found.some(
      (each) =>
        each.topic === topic && each.state === state && message.test(each.message) && cure.test(each.cure),
    ),
    JSON.stringify(found, undefined, 2),
  )
  t.equal(code, found.some((each) => each.state === 'fault') ? 1 : 0)
  t.notMatch(JSON.stringify(found), /wombat/)
}
