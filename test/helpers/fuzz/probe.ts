import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import type { Response } from 'light-my-request'
import type { Test } from 'tap'
import type { App } from '../../../src/app.js'
import { newId } from '../../../src/ids.js'
import { build, signIn } from '../app.js'
import { addProduct, digestOf } from '../books.js'
import { onServer } from '../database.js'
import { createConformance, type Operation } from '../openapi.js'
import { PATIENCE_MS } from '../patience.js'
import type { WireRequest, World } from './requests.js'

const conform = createConformance()

/** Internals that must not leak to clients. */
export const INTERNALS =
  /node_modules|\bat (?:.+ \()?\S*[/\\]\S*:\d+:\d+|\w\.[jt]s\b|sqlite|prisma|SELECT |INSERT |constraint|\bajv\b|fastify|FST_|\bP\d{4}\b|Error:|\bstack\b|\[object|\bundefined\b/i

/** Wordings of the validator, which clients should not have to read. */
const JARGON = /must NOT|must match|[<>]=|must be (?:string|integer|number|boolean|array|object|equal)\b/

/** Builds an application with rows in each table and every optional feature enabled. */
export async function setup(
  t: Test,
): Promise<{ app: App; world: World & { admin: Record<string, string> } }> {
  const app = await build(t, {
    trustProxy: true,
    corsOrigins: ['https://shop.example'],
    rateLimitMax: 1_000_000,
    authRateLimitMax: 1_000_000,
    apiKeyRateLimitMax: 1_000_000,
  })
  const [admin, buyer] = [await signIn(app, 'admin'), await signIn(app)]
  const registered = await app.inject({
    method: 'POST',
    url: '/auth/register',
    payload: { name: 'Ada', email: 'ada@shop.example', password: 'correct horse battery' },
  })
  const scopes = ['orders:read', 'orders:write', 'products:write', 'users:read'] as const
  const apiKey = await app.apiKeys.create({ name: 'Fuzz', scopes: [...scopes] }, admin.id)
  const doomed = await app.apiKeys.create({ name: 'Doomed', scopes: ['events:read'] }, admin.id)
  const products = await Promise.all(Array.from({ length: 12 }, () => addProduct(app)))
  const [productId = ''] = products
  const orders = await Promise.all(
    products.map(
      async (id) =>
        (await app.orders.place({ userId: buyer.id, productId: id, quantity: 1, idempotencyKey: null })).order
          .id,
    ),
  )
  // Tokens of unsaved sessions: signing out with one does not revoke the others.
  const token = (sub: string, role: 'admin' | 'customer') => app.auth.tokens.sign({ sub, role, sid: newId() })
  const signedByAdmin = { authorization: `Bearer ${token(admin.id, 'admin')}` }
  const callers: World['callers'] = [
    {},
    { authorization: `Bearer ${token(buyer.id, 'customer')}` },
    signedByAdmin,
    { authorization: `Bearer ${apiKey.key}` },
    { cookie: `access_token=${token(buyer.id, 'customer')}` },
    { cookie: `access_token=${token(admin.id, 'admin')}`, origin: 'https://shop.example' },
    { cookie: `access_token=${token(admin.id, 'admin')}`, origin: 'https://evil.example' },
  ]
  return {
    app,
    world: {
      ids: [...products, ...orders, registered.json().id, doomed.id, newId()],
      productId,
      callers,
      admin: signedByAdmin,
    },
  }
}

/** Describes each fault of a problem response. */
function faultsOfRefusal(answer: Response): string[] {
  if (!String(answer.headers['content-type']).startsWith('application/problem+json'))
    return [`${answer.headers['content-type']} instead of a problem`]
  const { type, title, status, detail, instance, errors } = answer.json()
  const faults: string[] = []
  if (!/^\/problems\/[a-z]+(-[a-z]+)*$/.test(type)) faults.push(`type ${type}`)
  for (const [name, member] of Object.entries({ title, detail, instance }))
    if (typeof member !== 'string' || member === '') faults.push(`${name} ${member}`)
  if (status !== answer.statusCode) faults.push(`status ${status}`)
  const named = (errors as { path?: string; message?: string }[] | undefined)?.every(
    (e) => e.path && e.message,
  )
  if (type === '/problems/invalid-request' && !(errors.length > 0 && named)) faults.push('no field is named')
  // Names of unknown fields are echoed from the request, in `errors` and before each message in `detail`; so is an origin.
  const paths: string[] = errors?.map(({ path }: { path?: string }) => path ?? '') ?? []
  const origin = answer.raw.req.headers.origin
  const text = JSON.stringify({
    ...answer.json(),
    detail: [...paths.map((path) => `${path} `), origin ?? ''].reduce(
      (rest, echo) => (echo ? rest.replaceAll(echo, '') : rest),
      String(detail),
    ),
    errors: errors?.map(({ message }: { message?: string }) => message),
  })
  const leak = INTERNALS.exec(text)
  if (leak) faults.push(`leaks internals: ${leak[0]}`)
  const jargon = JARGON.exec(text)
  if (jargon) faults.push(`speaks jargon: ${jargon[0]}`)
  return faults
}

/**
 * Returns a function reporting whether anything was committed since its last call. SQLite counts commits by other
 * connections (https://sqlite.org/pragma.html#pragma_data_version), which is cheaper than reading every table; on a
 * server it always returns true.
 */
async function watchCommits({ db }: App, t: Test): Promise<() => boolean> {
  if (onServer) return () => true
  const [main] = await db.read.$queryRaw<{ file: string }[]>`PRAGMA database_list`
  const watcher = new Database(main?.file, { readonly: true })
  t.teardown(() => watcher.close())
  let last: unknown
  return () => {
    const version = watcher.pragma('data_version', { simple: true })
    const changed = version !== last
    last = version
    return changed
  }
}

/** Creates a probe that sends requests and throws on any forbidden behaviour. */
export async function createProbe(app: App, t: Test) {
  const committed = await watchCommits(app, t)
  let before = await digestOf(app.db)

  const answerTo = async (request: Omit<WireRequest, 'method'> & { method: string }) => {
    const hung = new AbortController()
    const answer = await Promise.race([
      app.inject(request as WireRequest),
      sleep(PATIENCE_MS, undefined, { signal: hung.signal }).catch(() => undefined),
    ])
    hung.abort()
    if (!answer) throw new Error('no response')
    return answer
  }

  return async (request: Omit<WireRequest, 'method'> & { method: string }, operation?: Operation) => {
    const answer = await answerTo(request)
    const overloaded = answer.statusCode === 503 && answer.headers['retry-after'] !== undefined
    const faults = answer.statusCode >= 400 && request.method !== 'HEAD' ? faultsOfRefusal(answer) : []
    if (answer.statusCode >= 500 && !overloaded) faults.push(`answered ${answer.statusCode}`)
    if (operation) faults.push(...conform(operation, answer))
    const after = committed() ? await digestOf(app.db) : before
    if (answer.statusCode >= 400 && after !== before) faults.push('changed something all the same')
    before = after
    if (faults.length > 0)
      throw new Error(`${faults.join('; ')} in ${answer.statusCode} ${answer.body.slice(0, 1_000)}`)
    return answer
  }
}
