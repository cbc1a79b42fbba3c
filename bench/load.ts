/** Sends requests as fast as they are answered: by wrk where there is one, for it takes far less of a core, else by autocannon. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import autocannon from 'autocannon'
import { placed } from './processes.js'

export interface Shot {
  method: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface LoadOptions {
  connections: number
  seconds: number
  /** Whether answers other than successes are part of what is measured; they count for nothing. */
  refusals?: boolean
}

/** What one spell of load came to. */
export interface Figures {
  /** Answers a second. */
  rate: number
  /** Milliseconds: the mean of all answers, and what 99 of 100 stay below. */
  time: number
  p99: number
  /** Answers in all. What was in flight at the end was not waited for. */
  answered: number
}

// wrk ends with 1 when it only prints how it is used.
const hasWrk = spawnSync('wrk', ['--version']).error === undefined
/** What makes the load. */
export const loader = hasWrk ? 'wrk' : 'autocannon'

const run = promisify(execFile)
const script = fileURLToPath(new URL('wrk.lua', import.meta.url))

/**
 * Sends `shots`, drawn at random, over so many connections for so long.
 * @throws unless every answer is a success, or a refusal that is asked for.
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
  { connections, seconds }: LoadOptions,
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
    const [command = '', ...args] = placed('load', ['wrk', ...size, '-s', script, address])
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
    // Each connection in an order of its own; else all would ask for the same thing at the same time.
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
