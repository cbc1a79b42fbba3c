import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { openDb } from '../../src/db/open.js'
import { databaseOf } from './database.js'
import { adminOf, makeProduct, noRateLimits, type ServerProcess, startServer } from './process.js'

export const ADMIN = { ADMIN_EMAIL: 'admin@shop.test', ADMIN_PASSWORD: 'correct horse battery' }
export const WORKERS = 3

export interface WorkerServer extends ServerProcess {
  headers: Record<string, string>
  /** The processes started with a role so far, in order. */
  pids(role: 'committer' | 'worker'): number[]
}

/** Starts a server of several processes, with an admin. */
export async function startWorkers(t: Test, env: Record<string, string> = {}): Promise<WorkerServer> {
  const settings = { WORKERS: String(WORKERS), LOG_LEVEL: 'info', ...noRateLimits, ...ADMIN, ...env }
  const server = await startServer(t, t.testdir(), settings)
  const pids = (role: string) =>
    server
      .output()
      .split('\n')
      .filter((line) => line.includes(`a process starts: ${role}`))
      .map((line) => (JSON.parse(line) as { process: number }).process)
  return { ...server, pids, headers: await adminOf(server, ADMIN) }
}

/** Sends a request on a connection of its own, so that it may reach any worker. */
export const fresh = (url: string, init: RequestInit = {}) =>
  fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), connection: 'close' } })

/** Buyers who order at the same time. */
export const BUYERS = 12

/** Orders until it is stopped, without idempotency keys. */
function startLoad({ url, headers }: WorkerServer, productId: string) {
  const placed: string[] = []
  const failed: string[] = []
  let isOn = true
  const buy = async () => {
    const body = JSON.stringify({ productId, quantity: 1 })
    while (isOn)
      try {
        const answer = await fresh(`${url}/orders`, { method: 'POST', headers, body })
        if (answer.status === 201) placed.push(((await answer.json()) as { id: string }).id)
        else failed.push(`${answer.status} ${await answer.text()}`)
      } catch (error) {
        failed.push(String((error as Error).cause ?? error))
      }
  }
  const buyers = Promise.all(Array.from({ length: BUYERS }, buy))
  return {
    placed,
    failed,
    async atLeast(count: number) {
      while (placed.length < count) await sleep(10)
    },
    async stop() {
      isOn = false
      await buyers
    },
  }
}

/** Starts a server of several processes under a load of orders. */
export async function openUnderLoad(t: Test, env: Record<string, string> = {}) {
  const DATABASE_URL = await databaseOf(t, t.testdir(), 'stockroom.db')
  const server = await startWorkers(t, { DATABASE_URL, ...env })
  const db = await openDb(DATABASE_URL)
  t.teardown(() => db.close())
  const productId = await makeProduct(server.url, server.headers, 1_000_000)
  return { server, db, load: startLoad(server, productId) }
}

type Opened = Awaited<ReturnType<typeof openUnderLoad>>

/** Returns the ids of all orders in the database. */
export async function ordersOf({ db }: Opened): Promise<Set<string>> {
  return new Set((await db.read.order.findMany({ select: { id: true } })).map(({ id }) => id))
}
