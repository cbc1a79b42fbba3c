import type { InjectOptions } from 'fastify'
import t from 'tap'
import { post } from '../helpers/ada.js'
import { build, noRateLimits, signIn } from '../helpers/app.js'
import { createAuthenticator } from '../helpers/authenticator.js'
import { addProduct } from '../helpers/books.js'
import { codeOf, turnTotpOn } from '../helpers/mfa.js'
import { createConformance, operationsOf } from '../helpers/openapi.js'

const nowhere = '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11'

t.test('every response of every operation matches its description', async (t) => {
  const app = await build(t, noRateLimits)
  const [admin, buyer] = [await signIn(app, 'admin'), await signIn(app)]
  const [bystander, leaver, victim] = [await signIn(app), await signIn(app), await signIn(app)]
  const person = { name: 'Ada Lovelace', email: 'ada@shop.test', password: 'correct horse battery' }
  const credentials = { email: person.email, password: person.password }
  await app.inject({ method: 'POST', url: '/auth/register', payload: { ...person, email: 'bob@shop.test' } })
  const login = await app.inject({
    method: 'POST',
    url: '/auth/login',
    payload: { ...credentials, email: 'bob@shop.test' },
  })
  const member = { headers: { authorization: `Bearer ${login.json().accessToken}` } }
  const cookies = Object.fromEntries(login.cookies.map(({ name, value }) => [name, value]))
  const [productId, doomed] = [await addProduct(app), await addProduct(app)]
  const place = async () =>
    (await app.orders.place({ userId: buyer.id, productId, quantity: 1, idempotencyKey: null })).order.id
  const [orderId, cancelled] = [await place(), await place()]

  const others = await app.db.read.user.findMany({ where: { role: 'admin', NOT: { id: admin.id } } })
  for (const { id } of others) await app.users.change(id, { role: 'customer' }) // so that `admin` is the last
  const apiKey = await app.apiKeys.create({ name: 'Printer', scopes: ['orders:read'] }, admin.id)

  /** Registers a user. @returns headers with an access token of theirs */
  const join = async (name: string) => {
    const own = { ...credentials, email: `${name}@shop.test` }
    await post(app, '/auth/register', { ...own, name: person.name })
    const answer = await post(app, '/auth/login', own)
    return { headers: { authorization: `Bearer ${answer.json().accessToken}` } }
  }
  const [careful, cautious, hasty] = [await join('careful'), await join('cautious'), await join('hasty')]
  const careless = await join('careless')
  const secondFactor = await turnTotpOn(app, careful.headers, person.password)
  const unwanted = await turnTotpOn(app, careless.headers, person.password)
  const { mfaToken } = (await post(app, '/auth/login', { ...credentials, email: 'careful@shop.test' })).json()
  const setUp = await post(app, '/auth/mfa/totp', { password: person.password }, cautious.headers)
  const unconfirmed = String(setUp.json().secret)

  const [keeper, device] = [await join('keeper'), createAuthenticator()]
  const newPasskey = async (authenticator: typeof device) =>
    authenticator.create((await post(app, '/auth/passkeys/options', {}, keeper.headers)).json())
  const passkey = (await post(app, '/auth/passkeys', await newPasskey(device), keeper.headers)).json()

  type Sample = [status: number, request: InjectOptions, id?: string]
  const samples: Record<string, Sample[]> = {
    getLiveness: [[200, {}]],
    getReadiness: [[200, {}]],
    getIndex: [
      [200, {}],
      [200, { headers: { accept: 'text/html' } }],
    ],
    getMetrics: [
      [200, {}],
      [401, { headers: { forwarded: 'for=203.0.113.1' } }],
    ],
    getPulse: [
      [200, admin],
      [403, buyer],
    ],
    register: [
      [201, { payload: person }],
      [409, { payload: person }],
      [400, { payload: { name: '' } }],
      [400, { payload: '{', headers: { 'content-type': 'application/json' } }],
      [413, { payload: { name: 'x'.repeat(70_000) } }],
      [415, { payload: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ],
    login: [
      [401, { payload: { ...credentials, email: 'careful@shop.test' } }],
      [200, { payload: credentials }],
      [200, { payload: { ...credentials, tokens: 'body' } }],
      [401, { payload: { ...credentials, password: 'wrong' } }],
      [400, { payload: {} }],
    ],
    loginWithCode: [
      [200, { payload: { mfaToken, code: secondFactor.recoveryCodes[0] } }],
      [401, { payload: { mfaToken: 'unknown', code: '123456' } }],
      [400, { payload: {} }],
    ],
    setUpTotp: [
      [200, { ...hasty, payload: { password: person.password } }],
      [401, { ...hasty, payload: { password: 'wrong' } }],
      [400, { ...hasty, payload: {} }],
      [409, { ...careful, payload: { password: person.password } }],
    ],
    confirmTotp: [
      [200, { ...cautious, payload: { code: codeOf(unconfirmed) } }],
      [401, { ...hasty, payload: { code: 'x' } }],
      [409, { ...careful, payload: { code: '123456' } }],
      [400, { ...careful, payload: {} }],
    ],
    turnTotpOff: [
      [401, { ...careless, payload: { password: person.password, code: 'x' } }],
      [204, { ...careless, payload: { password: person.password, code: unwanted.recoveryCodes[1] } }],
      [404, { ...careless, payload: { password: person.password, code: 'x' } }],
      [400, { ...careless, payload: {} }],
    ],
    beginPasskeyLogin: [
      [200, {}],
      [400, { payload: { email: person.email } }],
      [401, { headers: { origin: 'https://evil.example' } }],
    ],
    loginWithPasskey: [
      [200, { payload: device.get((await post(app, '/auth/login/passkey/options')).json()) }],
      [401, { payload: device.get({ challenge: 'unknown' }) }],
      [400, { payload: {} }],
    ],
    listPasskeys: [
      [200, keeper],
      [401, {}],
    ],
    beginPasskeyRegistration: [
      [200, { ...keeper, payload: { password: person.password } }],
      [401, { ...keeper, payload: { password: 'wrong' } }],
      [400, { ...keeper, payload: { password: 5 } }],
    ],
    registerPasskey: [
      [201, { ...keeper, payload: await newPasskey(createAuthenticator()) }],
      [401, { ...keeper, payload: createAuthenticator().create({ challenge: '', user: { id: '' } }) }],
      [400, { ...keeper, payload: {} }],
    ],
    deletePasskey: [
      [401, { ...keeper, payload: { password: 'wrong' } }, passkey.id],
      [204, keeper, passkey.id],
      [404, keeper, nowhere],
    ],
    refresh: [
      [200, { cookies }],
      [401, {}],
      [401, { payload: { refreshToken: 'unknown' } }],
      [400, { payload: { refreshToken: 5 } }],
      [403, { cookies, headers: { origin: 'https://evil.example' } }],
    ],
    getMe: [
      [200, buyer],
      [401, {}],
    ],
    changeMe: [
      [200, { ...buyer, payload: { name: 'Ada King' } }],
      [401, { ...buyer, payload: { email: 'new@shop.test', password: 'wrong' } }],
      [400, { ...buyer, payload: {} }],
      [401, { payload: { name: 'Ada King' } }],
    ],
    changePassword: [
      [
        204,
        { ...member, payload: { currentPassword: person.password, newPassword: 'nine lamps and a ladder' } },
      ],
      [401, { ...member, payload: { currentPassword: 'wrong', newPassword: 'nine lamps and a ladder' } }],
      [400, { ...member, payload: { currentPassword: person.password, newPassword: 'short' } }],
      [401, { payload: {} }],
    ],
    forgotPassword: [
      [202, { payload: { email: person.email } }],
      [400, { payload: { email: 'ada' } }],
    ],
    resetPassword: [
      [401, { payload: { token: 'unknown', password: 'nine lamps and a ladder' } }],
      [400, { payload: { token: 'unknown', password: 'short' } }],
    ],
    verifyEmail: [
      [401, { payload: { token: 'unknown' } }],
      [400, { payload: {} }],
    ],
    resendVerification: [
      [202, buyer],
      [401, {}],
    ],
    listSessions: [
      [200, buyer],
      [401, {}],
    ],
    endSession: [
      [204, leaver, sessionOf(leaver.headers.authorization)],
      [404, buyer, nowhere],
      [401, {}, nowhere],
    ],
    logout: [
      [204, { cookies }],
      [204, {}],
      [204, { payload: { refreshToken: 'unknown' } }],
      [204, { payload: {} }],
      [400, { payload: { refreshToken: 5 } }],
    ],
    listProducts: [
      [200, { query: { limit: '1' } }],
      [200, { query: { page: '1', q: 'mug' } }],
      [400, { query: { limit: '0' } }],
    ],
    createProduct: [
      [201, { ...admin, payload: { name: 'Walnut lamp', price: 19.99, stock: 2 } }],
      [400, { ...admin, payload: { name: 'Walnut lamp', price: 19.999, stock: -2 } }],
      [401, { payload: {} }],
      [403, { ...buyer, payload: {} }],
    ],
    getProduct: [
      [200, {}, productId],
      [304, { headers: { 'if-none-match': '*' } }, productId],
      [404, {}, nowhere],
    ],
    updateProduct: [
      [200, { ...admin, payload: { price: 0.1 } }, productId],
      [412, { headers: { ...admin.headers, 'if-match': '"0"' }, payload: { price: 1 } }, productId],
      [404, { ...admin, payload: { price: 1 } }, nowhere],
    ],
    adjustStock: [
      [200, { ...admin, payload: { delta: 1, reason: 'found' } }, productId],
      [409, { ...admin, payload: { delta: -1_000_000 } }, productId],
      [409, { ...admin, payload: { delta: 1_000_000_000 } }, productId],
      [404, { ...admin, payload: { delta: 1 } }, nowhere],
    ],
    deleteProduct: [
      [204, admin, doomed],
      [404, admin, doomed],
    ],
    placeOrder: [
      [201, { ...buyer, payload: { productId, quantity: 1 } }],
      [201, { headers: { ...buyer.headers, 'idempotency-key': 'k' }, payload: { productId, quantity: 1 } }],
      [422, { headers: { ...buyer.headers, 'idempotency-key': 'k' }, payload: { productId, quantity: 2 } }],
      [409, { ...buyer, payload: { productId, quantity: 10_000 } }],
      [404, { ...buyer, payload: { productId: nowhere, quantity: 1 } }],
      [400, { ...buyer, payload: { quantity: 0 } }],
    ],
    listOrders: [
      [200, { ...admin, query: { scope: 'all', limit: '1' } }],
      [400, { ...buyer, query: { cursor: 'x' } }],
      [403, { ...buyer, query: { scope: 'all' } }],
    ],
    getOrder: [
      [200, buyer, orderId],
      [404, bystander, orderId],
    ],
    changeOrderStatus: [
      [200, { ...admin, payload: { status: 'confirmed' } }, orderId],
      [409, { ...admin, payload: { status: 'delivered' } }, orderId],
      [400, { ...admin, payload: { status: 'lost' } }, orderId],
      [403, { ...buyer, payload: { status: 'shipped' } }, orderId],
    ],
    cancelOrder: [
      [200, buyer, cancelled],
      [409, buyer, orderId],
      [404, buyer, nowhere],
    ],
    listUsers: [
      [200, { ...admin, query: { q: 'ada', limit: '1' } }],
      [400, { ...admin, query: { role: 'boss' } }],
      [403, buyer],
    ],
    getUser: [
      [200, admin, buyer.id],
      [404, admin, nowhere],
      [401, {}, buyer.id],
    ],
    updateUser: [
      [200, { ...admin, payload: { role: 'staff', name: 'Grace Hopper' } }, bystander.id],
      [409, { ...admin, payload: { role: 'customer' } }, admin.id],
      [400, { ...admin, payload: { role: 'boss' } }, buyer.id],
      [404, { ...admin, payload: { disabled: true } }, nowhere],
      [403, { ...buyer, payload: { role: 'admin' } }, buyer.id],
    ],
    eraseUser: [
      [204, admin, victim.id],
      [404, admin, victim.id],
      [409, admin, admin.id],
      [403, buyer, buyer.id],
    ],
    eraseMe: [
      [401, { ...member, payload: { password: 'wrong' } }],
      [400, { ...member, payload: {} }],
      [403, { cookies, headers: { origin: 'https://evil.example' }, payload: { password: 'wrong' } }],
    ],
    exportMe: [
      [200, buyer],
      [401, {}],
    ],
    endUserSessions: [
      [204, admin, bystander.id],
      [404, admin, nowhere],
    ],
    unlockUser: [
      [204, admin, bystander.id],
      [404, admin, nowhere],
      [403, buyer, buyer.id],
    ],
    listAuditEntries: [
      [200, admin],
      [400, { ...admin, query: { from: 'yesterday' } }],
      [403, buyer],
    ],
    listApiKeys: [
      [200, admin],
      [403, buyer],
      [401, { headers: { authorization: 'Bearer sk_stockroom_unknown' } }],
    ],
    createApiKey: [
      [201, { ...admin, payload: { name: 'Scanner', scopes: ['products:write'] } }],
      [400, { ...admin, payload: { name: 'Scanner', scopes: [], expiresAt: 'tomorrow' } }],
      [403, { ...buyer, payload: {} }],
    ],
    rotateApiKey: [
      [200, { ...admin, payload: { overlapSeconds: 60 } }, apiKey.id],
      [400, { ...admin, payload: {} }, apiKey.id],
      [404, { ...admin, payload: { overlapSeconds: 0 } }, nowhere],
    ],
    deleteApiKey: [
      [204, admin, apiKey.id],
      [404, admin, apiKey.id],
    ],
    listEvents: [
      [200, { ...admin, query: { limit: '1000' } }],
      [400, { ...admin, query: { after: '-1' } }],
      [403, buyer],
    ],
  }

  const faultsOf = createConformance()
  for (const operation of await operationsOf(app)) {
    const { operationId, method, path } = operation
    t.ok(samples[operationId], `${operationId} has a sample`)
    for (const [status, request, id = ''] of samples[operationId] ?? []) {
      const url = path.replace('{id}', id)
      const answer = await app.inject({ ...request, method, url })
      t.equal(answer.statusCode, status, `${operationId} ${status}`, { body: answer.body })
      t.same(faultsOf(operation, answer), [], `${operationId} ${status} matches its description`)
    }
  }
})

/** Returns the session id in the token of `authorization`. */
function sessionOf(authorization: string): string {
  const [, payload = ''] = authorization.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).sid
}
