import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { adminOf, noRateLimits, startServer } from '../process.js'
import { startNginx } from './services.js'

const admin = { ADMIN_EMAIL: 'admin@shop.test', ADMIN_PASSWORD: 'walnut desk lamp' }
const json = { 'content-type': 'application/json' }

export type Headers = Record<string, string>

/**
 * Starts three node processes on one database behind nginx, as in docker-compose.yml.
 * @param program that of another version
 */
export async function startCluster(
  t: Test,
  env: { DATABASE_URL: string; REDIS_URL?: string },
  program?: string,
) {
  const dir = mkdtempSync(join(tmpdir(), 'nodes-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const settings = {
    ...env,
    ...noRateLimits,
    ...admin,
    JWT_SECRET: 'of the three nodes: thirty-two characters',
    TRUST_PROXY: '1',
    LOG_LEVEL: 'error',
  }
  const start = (i: number, place = {}, its = program) => {
    mkdirSync(join(dir, `node-${i}`), { recursive: true })
    return startServer(t, join(dir, `node-${i}`), { ...settings, ...place }, its)
  }
  const nodes = await Promise.all([start(1), start(2), start(3)])
  const url = await startNginx(
    t,
    dir,
    nodes.map((node) => node.url),
  )
  const [first] = nodes
  return {
    /** URL of nginx. */
    url,
    nodes,
    admin: await adminOf(first, admin),
    /** Restarts a stopped node on its previous address, with another program if there is one. */
    async restart(i: 0 | 1 | 2, other = program) {
      nodes[i] = await start(i + 1, { PORT: new URL(nodes[i].url).port }, other)
    },
  }
}

/** Posts `body` to `url`. @returns the status and the JSON response; status 0 if there was none. */
export async function post(url: string, headers: Headers, body?: object) {
  const text = body && JSON.stringify(body)
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headers, ...(text && json) },
      ...(text && { body: text }),
    })
    const content = await answer.text()
    return { status: answer.status, headers: answer.headers, body: content ? JSON.parse(content) : undefined }
  } catch {
    return { status: 0, headers: new Headers(), body: undefined }
  }
}

/** Posts `body` until it is answered, retrying a 429 or 503 after its Retry-After: something that takes effect once. */
export async function postUntilServed(url: string, body: object, headers: Headers = {}) {
  for (;;) {
    const answer = await post(url, headers, body)
    if (![0, 429, 503].includes(answer.status)) return answer
    await sleep(1_000 * Number(answer.headers.get('retry-after') ?? 1))
  }
}

/** Registers a customer and signs in. @returns request headers. */
export async function register(url: string, name: string): Promise<Headers> {
  const credentials = { email: `${name}@shop.test`, password: 'analytical engine' }
  const made = await postUntilServed(`${url}/auth/register`, { name, ...credentials })
  const { status, body } = await postUntilServed(`${url}/auth/login`, credentials)
  if (status !== 200) throw new Error(`registering ${name} returned ${made.status}, signing in ${status}`)
  return { authorization: `Bearer ${body.accessToken}` }
}

export const tokenOf = (headers: Headers) => String(headers.authorization).slice('Bearer '.length)
