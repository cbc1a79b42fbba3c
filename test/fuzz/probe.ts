import { setTimeout as sleep } from 'node:timers/promises'
import type { Response } from 'light-my-request'
import type { Test } from 'tap'
import type { App } from '../../src/app.js'
import { newId } from '../../src/ids.js'
import { addProduct, digestOf } from '../books.js'
import { build, signIn } from '../helper.js'
import { createConformance, type Operation } from '../openapi.js'
import type { WireRequest, World } from './requests.js'

/** Nothing takes longer, on the busiest of machines. */
export const ANSWER_WITHIN_MS = 60_000

/** What no client has any business with. */
export const INSIDE =
  /node_modules|\bat .+:\d+:\d+|\w\.[jt]s\b|sqlite|prisma|SELECT |INSERT |constraint|\bajv\b|fastify|FST_|\bP\d{4}\b|Error:|\bstack\b|\[object|\bundefined\b/i

/** An application with something in each table, on which whatever the settings can turn on is on. */
export async function setup(
  t: Test,
): Promise<{ app: App; world: World & { admin: Record<string, string> } }> {
  const app = await build(t, {
    trustProxy: true,
    corsOrigins: ['https://shop.example'],
    rateLimitMax: 1_000_000,
    authRateLimitMax: 1_000_000,
  })
  const [admin, buyer] = [await signIn(app, 'admin'), await signIn(app)]
  await app.inject({
    method: 'POST',
    url: '/auth/register',
    payload: { name: 'Ada', email: 'ada@shop.example', password: 'correct horse battery' },
  })
  const products = await Promise.all(Array.from({ length: 12 }, () => addProduct(app)))
  const [productId = ''] = products
  const orders = await Promise.all(
    products.map(
      async (id) =>
        (await app.orders.place({ userId: buyer.id, productId: id, quantity: 1, idempotencyKey: null })).order
          .id,
    ),
  )
  // Tokens of sessions that are in no table: signing out by one of them does not sign out the others.
  const token = (sub: string, role: 'admin' | 'customer') => app.signAccessToken({ sub, role, sid: newId() })
  const signedByAdmin = { authorization: `Bearer ${token(admin.id, 'admin')}` }
  const callers: World['callers'] = [
    {},
    { authorization: `Bearer ${token(buyer.id, 'customer')}` },
    signedByAdmin,
    { cookie: `access_token=${token(buyer.id, 'customer')}` },
    { cookie: `access_token=${token(admin.id, 'admin')}`, origin: 'https://shop.example' },
    { cookie: `access_token=${token(admin.id, 'admin')}`, origin: 'https://evil.example' },
  ]
  return { app, world: { ids: [...products, ...orders, newId()], productId, callers, admin: signedByAdmin } }
}

/** What is wrong with a refusal, in words. */
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
  // The names of unknown fields are the client's own words.
  const said = JSON.stringify({
    ...answer.json(),
    errors: errors?.map(({ message }: { message?: string }) => message),
  })
  const inside = INSIDE.exec(said)
  if (inside) faults.push(`tells of the inside: ${inside[0]}`)
  return faults
}

/** Sends requests, and throws for whatever must not happen. */
export async function createProbe(app: App) {
  const conform = createConformance()
  let before = await digestOf(app.db)

  const answerTo = async (request: Omit<WireRequest, 'method'> & { method: string }) => {
    const hung = new AbortController()
    const answer = await Promise.race([
      app.inject(request as WireRequest),
      sleep(ANSWER_WITHIN_MS, undefined, { signal: hung.signal }).catch(() => undefined),
    ])
    hung.abort()
    if (!answer) throw new Error('no answer')
    return answer
  }

  return async (request: Omit<WireRequest, 'method'> & { method: string }, operation?: Operation) => {
    const answer = await answerTo(request)
    const overloaded = answer.statusCode === 503 && answer.headers['retry-after'] !== undefined
    const faults = answer.statusCode >= 400 && request.method !== 'HEAD' ? faultsOfRefusal(answer) : []
    if (answer.statusCode >= 500 && !overloaded) faults.push(`answered ${answer.statusCode}`)
    if (operation) faults.push(...conform(operation, answer))
    const after = await digestOf(app.db)
    if (answer.statusCode >= 400 && after !== before) faults.push('changed something all the same')
    before = after
    if (faults.length > 0)
      throw new Error(`${faults.join('; ')} in ${answer.statusCode} ${answer.body.slice(0, 1_000)}`)
    return answer
  }
}
