/** The server under attack: the production build with default limits, on a copy of a grown shop. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDb } from '../../src/db/open.js'
import { dataset } from '../dataset.js'
import { placed } from '../processes.js'
import { SECRET } from '../shop.js'

export interface TargetOptions {
  products: number
  orders: number
}

/** Resources a process holds, as reported by Linux; undefined after it has exited. */
export interface Footprint {
  rssMb: number
  files: number
  /** CPU seconds used by all its threads. */
  cpuSeconds: number
}

// Linux counts CPU time in hundredths of a second on every machine (proc_pid_stat(5), USER_HZ).
const TICKS_PER_SECOND = 100

const PRODUCTS = 200
const STOCK = 500_000_000

export type Target = Awaited<ReturnType<typeof startTarget>>

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

/** Stocks some products so highly that no run exhausts them. @returns the shop data for clients. */
async function stockUp(url: string) {
  const db = await openDb(url)
  const products = await db.read.product.findMany({
    where: { deletedAt: null },
    take: PRODUCTS,
    select: { id: true },
  })
  const productIds = products.map(({ id }) => id)
  const counter = await db.write(async (tx) => {
    await tx.product.updateMany({ where: { id: { in: productIds } }, data: { stock: STOCK } })
    return tx.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
  })
  await db.close()
  return { productIds, epoch: counter.epoch, head: Number(counter.lastOffset) }
}

/**
 * Starts the server. Clients set their address in X-Forwarded-For, as behind a proxy, so attacks can probe the limits
 * per address.
 */
export async function startTarget({ products, orders }: TargetOptions) {
  const shop = await dataset(products, orders)
  const dir = mkdtempSync(join(tmpdir(), 'stockroom-attack-'))
  const file = join(dir, 'shop.db')
  copyFileSync(shop.url.slice('file:'.length), file)
  const stocked = await stockUp(`file:${file}`)
  const port = await freePort()
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    PORT: String(port),
    DATABASE_URL: `file:${file}`,
    JWT_SECRET: SECRET,
    TRUST_PROXY: '1',
    EVENT_RETENTION: '3650',
  }

  const launch = async () => {
    const [command = '', ...args] = placed('server', [process.execPath, 'dist/server.js'])
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
    let logged = 0
    let text = ''
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        logged += chunk.length
        if (text.length > 100_000) return
        text += chunk
        if (text.includes('Stockroom is at')) resolve()
      })
      child.once('exit', () => reject(new Error(`the server ended: ${text}`)))
    })
    return { child, loggedMb: () => logged / 2 ** 20 }
  }
  let running = await launch()
  const isAlive = () => running.child.exitCode === null && running.child.signalCode === null

  return {
    ...stocked,
    /** Of the attacker. */
    customer: shop.busy,
    /** Of the neighbour. */
    other: shop.casual,
    address: `http://127.0.0.1:${port}`,
    isAlive,
    loggedMb: () => running.loggedMb(),

    footprint(): Footprint | undefined {
      if (!isAlive()) return undefined
      const proc = `/proc/${running.child.pid}`
      const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`${proc}/status`, 'utf8')) ?? []
      // The second field is a process name in parentheses, which may itself contain spaces and parentheses.
      const fields = readFileSync(`${proc}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
      const [user, system] = [Number(fields[11]), Number(fields[12])]
      return {
        rssMb: Math.round(Number(kilobytes) / 1024),
        files: readdirSync(`${proc}/fd`).length,
        cpuSeconds: (user + system) / TICKS_PER_SECOND,
      }
    },

    /** Kills the process if it is still running, as a power cut would, and starts it again on the same address. */
    async restart(): Promise<void> {
      if (isAlive()) {
        running.child.kill('SIGKILL')
        await once(running.child, 'exit')
      }
      running = await launch()
    },

    async stop(): Promise<void> {
      if (isAlive()) {
        running.child.kill('SIGKILL')
        await once(running.child, 'exit')
      }
      rmSync(dir, { recursive: true })
    },
  }
}
