import type { InjectOptions } from 'fastify'
import t from 'tap'
import { originOfUser } from '../../src/stream/origin.js'
import { post } from '../helpers/ada.js'
import { build, noRateLimits, signIn } from '../helpers/app.js'
import { createAuthenticator } from '../helpers/authenticator.js'
import { addProduct } from '../helpers/books.js'
import { codeOf } from '../helpers/mfa.js'
import { operationsOf } from '../helpers/openapi.js'

/** Operations without a signed-in caller, and those that change nothing. */
const WITHOUT_KEY = [
  'beginPasskeyLogin',
  'beginPasskeyRegistration',
  'forgotPassword',
  'login',
  'loginWithCode',
  'loginWithPasskey',
  'logout',
  'refresh',
  'register',
  'resetPassword',
  'testWebhook',
  'verifyEmail',
]

const isChange = ({ method }: { method: string }) => ['POST', 'PUT', 'PATCH'].includes(method)

t.test('every operation that changes something takes an idempotency key, but for known ones', async (t) => {
  const app = await build(t)
  const operations = (await operationsOf(app)).filter(isChange)
  const without = operations.filter(
    ({ parameters = [] }) => !parameters.some(({ name }) => name.toLowerCase() === 'idempotency-key'),
  )
  t.strictSame(without.map(({ operationId }) => operationId).toSorted(), WITHOUT_KEY)
})

t.test('a retry of each operation gets the first answer, and changes nothing', async (t) => {
  const app = await build(t, noRateLimits)
  const [admin, buyer] = [await signIn(app, 'admin'), await signIn(app)]
  const password = 'correct horse battery'
  const join = async (name: string) => {
    const own = { email: `${name}@shop.test`, password }
    await post(app, '/auth/register', { ...own, name: 'Ada Lovelace' })
    const answer = await post(app, '/auth/login', own)
    return { headers: { authorization: `Bearer ${answer.json().accessToken}` } }
  }
  const productId = await addProduct(app)
  const place = async () =>
    (await app.orders.place({ userId: buyer.id, productId, quantity: 1, idempotencyKey: null })).order.id
  const apiKey = await app.apiKeys.create({ name: 'Printer', scopes: ['orders:read'] }, admin.id)
  const webhook = await app.webhooks.create({ url: 'https://receiver.invalid/' }, originOfUser(admin.id))
  const [member, careful, keeper] = [await join('member'), await join('careful'), await join('keeper')]
  const setUp = await post(app, '/auth/mfa/totp', { password }, careful.headers)
  const options = await post(app, '/auth/passkeys/options', {}, keeper.headers)
  const passkey = await createAuthenticator().create(options.json())

  const samples: [operationId: string, url: string, request: InjectOptions][] = [
    ['createProduct', '/products', { ...admin, payload: { name: 'Lamp', price: 1, stock: 1 } }],
    ['updateProduct', `/products/${productId}`, { ...admin, method: 'PATCH', payload: { price: 3 } }],
    ['adjustStock', `/products/${productId}/stock-adjustments`, { ...admin, payload: { delta: 1 } }],
    [
      'importProducts',
      '/products/import',
      {
        ...admin,
        headers: { ...admin.headers, 'content-type': 'text/csv' },
        payload: 'name,price,stock\nDesk,1,1\n',
      },
    ],
    [
      'takeStock',
      '/products/stock',
      { ...admin, method: 'PUT', payload: { items: [{ productId, delta: 2 }] } },
    ],
    [
      'changeOrderStatus',
      `/orders/${await place()}`,
      { ...admin, method: 'PATCH', payload: { status: 'confirmed' } },
    ],
    [
      'changeOrderStatuses',
      '/orders/status',
      { ...admin, payload: { ids: [await place()], status: 'confirmed' } },
    ],
    ['cancelOrder', `/orders/${await place()}/cancel`, buyer],
    ['updateUser', `/users/${buyer.id}`, { ...admin, method: 'PATCH', payload: { name: 'Grace' } }],
    ['unlockUser', `/users/${buyer.id}/unlock`, { ...admin, method: 'POST' }],
    ['createApiKey', '/api-keys', { ...admin, payload: { name: 'Scanner', scopes: ['products:write'] } }],
    ['rotateApiKey', `/api-keys/${apiKey.id}/rotate`, { ...admin, payload: { overlapSeconds: 60 } }],
    [
      'createWebhook',
      '/webhooks',
      { ...admin, payload: { url: 'https://receiver.invalid/', types: ['stock:low'] } },
    ],
    ['updateWebhook', `/webhooks/${webhook.id}`, { ...admin, method: 'PATCH', payload: { disabled: true } }],
    ['rotateWebhookSecret', `/webhooks/${webhook.id}/rotate-secret`, admin],
    ['replayWebhook', `/webhooks/${webhook.id}/replay`, { ...admin, payload: { after: 0 } }],
    ['changeMe', '/auth/me', { ...member, method: 'PATCH', payload: { name: 'Lady Ada' } }],
    ['resendVerification', '/auth/email/verify/resend', member],
    ['setUpTotp', '/auth/mfa/totp', { ...member, payload: { password } }],
    [
      'changePassword',
      '/auth/password',
      { ...member, payload: { currentPassword: password, newPassword: 'another long password' } },
    ],
    ['confirmTotp', '/auth/mfa/totp/confirm', { ...careful, payload: { code: codeOf(setUp.json().secret) } }],
    ['registerPasskey', '/auth/passkeys', { ...keeper, payload: passkey }],
  ]
  for (const [operationId, url, request] of samples) {
    const headers = { ...request.headers, 'idempotency-key': operationId }
    const send = () => app.inject({ method: 'POST', url, ...request, headers })
    const first = await send()
    t.match(
      first,
      { statusCode: /^20[0124]$/, headers: { 'idempotent-replayed': undefined } },
      `${operationId} ${first.body}`,
    )
    const entries = await app.db.read.auditEntry.count()
    const again = await send()
    const { location, etag, 'content-type': type } = first.headers
    t.strictSame(
      [
        again.statusCode,
        again.body,
        again.headers.location,
        again.headers.etag,
        again.headers['content-type'],
      ],
      [first.statusCode, first.body, location, etag, type],
      operationId,
    )
    t.equal(again.headers['idempotent-replayed'], 'true', operationId)
    t.equal(await app.db.read.auditEntry.count(), entries, `${operationId} changes nothing`)
  }

  const stored = JSON.stringify(await app.db.read.idempotencyKey.findMany())
  t.notMatch(stored, /sk_stockroom_|whsec_|recoveryCodes|otpauth|Lady Ada/, 'answers are encrypted')
  await app.db.write((tx) => tx.idempotencyKey.updateMany({ data: { keyId: '0'.repeat(16) } }))
  const [, url, request] = samples[2] ?? []
  const lost = await app.inject({
    method: 'POST',
    url: String(url),
    ...request,
    headers: { ...admin.headers, 'idempotency-key': 'adjustStock' },
  })
  t.match(lost.json(), { status: 409, type: '/problems/idempotency-answer-lost' }, 'the key is gone')
  await app.users.erase(buyer.id)
  t.equal(await app.db.read.idempotencyKey.count({ where: { ownerId: buyer.id } }), 0, 'erased')
})
