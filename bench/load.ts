/**
 * Sends requests as fast as they are answered: with wrk if installed, since it uses far less CPU, otherwise with
 * autocannon.
 */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import autocannon from 'autocannon'
import { type Place, placed } from './processes.js'

export interface Shot {
  method: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface LoadOptions {
  connections: number
  seconds: number
  /** Cores of the load; by default those that no server has. */
  place?: Place
  /** Accepts responses other than 2xx; they are not counted in the figures. */
  refusals?: boolean
}

/** Result of one spell of load. */
export interface Figures {
  /** Responses per second. */
  rate: number
  /** Mean and 99th percentile of the latency, in milliseconds. */
  time: number
  p99: number
  /** Total responses. Requests in flight at the end are not waited for. */
  answered: number
}

// wrk exits with 1 when it prints its usage, so only a spawn error counts.
const hasWrk = spawnSync('wrk', ['--version']).error === undefined
/** Name of the load generator. */
export const loader = hasWrk ? 'wrk' : 'autocannon'

const run = promisify(execFile)
const script = fileURLToPath(new URL('wrk.lua', import.meta.url))

/**
 * Sends randomly drawn `shots` over the given number of connections for the given time.
 * @throws if any response is not a success, or an accepted refusal.
 */
export async function load(address: string, shots: Shot[], options: LoadOptions): Promise<Figures> {
  const { refused, failed, ...figures } = await (hasWrk ? byWrk : byAutocannon)(address, shots, options)
  if ((refused > 0 && !options.refusals) || failed > 0 || figures.answered === 0)
    throw new Error(`${shots[0]?.path}: ${figures.answered} answers, ${refused} refused, ${failed} failed`)
  return figures
}

type Outcome = Figures & { refused: number; failed: number }

async function byWrk(
  address: string,
  shots: Shot[],
  { connections, seconds, place = 'load' }: LoadOptions,
): Promise<Outcome> {
  const { host } = new URL(address)
  const dir = mkdtempSync(join(tmpdir(), 'stockroom-load-'))
  try {
    const requests = shots.map(({ method, path, headers = {}, body = '' }) => {
      const lines = Object.entries({ host, ...headers, 'content-length': String(Buffer.byteLength(body)) })
      return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
    })
    const file = join(dir, 'requests')
    writeFileSync(file, requests.join('\0'))
    const threads = Math.min(connections, 1)
    const size = [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, '--timeout', '30s']
    const [command = '', ...args] = placed(place, ['wrk', ...size, '-s', script, address])
    const { stdout } = await run(command, args, { env: { ...process.env, REQUESTS: file } })
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  } finally {
    rmSync(dir, { recursive: true })
  }
}

const shuffled = <T>(list: T[]): T[] => {
  const order = list.map((item) => ({ item, at: Math.random() }))
  return order.sort((a, b) => a.at - b.at).map(({ item }) => item)
}

async function byAutocannon(address: string, shots: Shot[], options: LoadOptions): Promise<Outcome> {
  const { connections, seconds } = options
  const result = await autocannon({
    url: address,
    connections,
    duration: seconds,
    timeout: 30,
    // Each connection has an order of its own; otherwise all would request the same thing at the same time.
    setupClient: (client) => client.setRequests(shuffled(shots)),
  })
  return {
    rate: result['2xx'] / result.duration,
    time: result.latency.mean,
    p99: result.latency.p99,
    answered: result['2xx'],
    refused: result.non2xx,
    failed: result.errors,
  }
}
