import type { Test } from 'tap'
import { type build, signIn } from './app.js'
import { createAuthenticator } from './authenticator.js'
import { addProduct } from './books.js'
import { codeOf } from './mfa.js'

export const zeb = {
  name: 'Zebedee Quillfeather',
  email: 'zeb.quillfeather@shop.test',
  password: 'correct horse battery',
}
const IP = '203.0.113.77'
/** Whatever tells who the person is. */
export const PERSON = /quillfeather|zebedee|203\.0\.113\.77/i

type App = Awaited<ReturnType<typeof build>>
type Headers = Record<string, string>

/** Returns a function that sends requests as the person does. */
export function callerOf(app: App) {
  return async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    headers: Headers = {},
  ) =>
    app.inject({
      method,
      url,
      remoteAddress: IP,
      headers: { 'user-agent': 'Quillfeather/1.0', ...headers },
      ...(payload && { payload }),
    })
}

/** Registers the person, and signs them in. */
export async function register(app: App) {
  const call = callerOf(app)
  const { id } = (await call('POST', '/auth/register', zeb)).json()
  const { accessToken } = (
    await call('POST', '/auth/login', { ...zeb, name: undefined, tokens: 'body' })
  ).json()
  return { call, id: String(id), bearer: { authorization: `Bearer ${accessToken}` } }
}

/** Has a person leave a trace in every possible place. */
export async function leaveTraces(t: Test, app: App) {
  const { call, id, bearer } = await register(app)
  const admin = await signIn(app, 'admin')
  const ok = async (...request: Parameters<typeof call>) => {
    const answer = await call(...request)
    t.ok(answer.statusCode < 300, `${request[0]} ${request[1]}: ${answer.body}`)
    return answer.json()
  }
  const productId = await addProduct(app, { stock: 50 })
  const keyed = { ...bearer, 'idempotency-key': 'quillfeather-cart-1' }
  const order = await ok(
    'POST',
    '/orders',
    { productId, quantity: 2, metadata: { for: 'Quillfeather' } },
    keyed,
  )
  const items = [{ productId, quantity: 1 }]
  const basket = { items, note: 'For Quillfeather', metadata: { 'Quillfeather knows': [1] } }
  await ok('POST', '/checkouts', basket, { ...bearer, 'idempotency-key': 'quillfeather-basket-1' })
  const { secret } = await ok('POST', '/auth/mfa/totp', { password: zeb.password }, bearer)
  await ok('POST', '/auth/mfa/totp/confirm', { code: codeOf(secret) }, bearer)
  const options = await ok('POST', '/auth/passkeys/options', {}, bearer)
  const device = createAuthenticator('http://localhost:80')
  await ok('POST', '/auth/passkeys', { ...device.create(options), name: "Quillfeather's ring" }, bearer)
  await ok('PATCH', `/users/${id}`, { role: 'admin' }, admin.headers)
  await ok('PATCH', '/auth/me', { name: 'Zebedee M. Quillfeather' }, bearer)
  for (const name of ["Quillfeather's laptop", "Quillfeather's phone"])
    await app.apiKeys.create({ name, scopes: ['products:write'] }, id)
  const [, old] = await app.apiKeys.list()
  await app.apiKeys.revoke(old?.id ?? '')
  await app.catalog.adjustStock(productId, 5, undefined, { userId: id })
  await ok('PATCH', `/orders/${order.id}`, { status: 'confirmed', note: 'Quillfeather rang' }, admin.headers)
  await ok('PATCH', `/orders/${order.id}`, { metadata: { called: ['Quillfeather'] } }, admin.headers)
  await ok('POST', '/orders', { productId, quantity: 1, metadata: { slot: 'Quillfeather, Monday' } }, bearer)
  await call('POST', '/auth/password/forgot', { email: zeb.email })
  await call('POST', '/auth/login', { email: zeb.email, password: 'wrong' })
  return { call, id, bearer, admin, order, productId }
}
