import type { Mia } from './mia.js'

/** Credentials and ids with which every documented operation can run all its statements. */
export interface World {
  admin: Record<string, string>
  customer: Record<string, string>
  customerId: string
  /** A user whom no other visit needs. */
  otherId: string
  productIds: string[]
  orderIds: string[]
  sessionId: string
  /** List cursors. */
  products: string
  names: string
  orders: string
  users: string
  apiKeyId: string
  mia: Mia
  /** Waits until the mails requested so far are sent. @returns the token in the newest to Ada with a link to `page` */
  mailedToken(page: 'reset' | 'verify'): Promise<string>
  /** Returns a cookie with a new refresh token. */
  cookie(): Promise<string>
}

export interface Visit {
  headers?: Record<string, string>
  id?: string | undefined
  query?: string
  body?: object
  /** Expected status, if not a success. */
  status?: number
}

const PASSWORD = 'correct horse battery'

/** Requests to each operation by its id, after the ones they depend on. */
export const visits: Record<string, (world: World) => Visit[] | Promise<Visit[]>> = {
  getIndex: () => [{}],
  getLiveness: () => [{}],
  getReadiness: () => [{}],
  getMetrics: ({ admin }) => [{ headers: admin }],
  getPulse: ({ admin }) => [{ headers: admin }],
  register: () => [{ body: { name: 'Ada', email: 'ada@shop.test', password: PASSWORD } }],
  login: () => [
    { body: { email: 'ada@shop.test', password: PASSWORD } },
    { body: { email: 'nobody@shop.test', password: PASSWORD }, status: 401 },
  ],
  refresh: async ({ cookie }) => {
    const used = await cookie()
    return [{ headers: { cookie: used } }, { headers: { cookie: used } }]
  },
  getMe: ({ customer }) => [{ headers: customer }],
  changeMe: ({ customer }) => [{ headers: customer, body: { name: 'Grace Hopper' } }],
  changePassword: ({ customer }) => [
    { headers: customer, body: { currentPassword: 'wrong', newPassword: 'analytical engine' }, status: 401 },
  ],
  verifyEmail: async ({ mailedToken }) => [
    { body: { token: 'unknown' }, status: 401 },
    { body: { token: await mailedToken('verify') } },
  ],
  forgotPassword: () => [{ body: { email: 'ada@shop.test' } }, { body: { email: 'nobody@shop.test' } }],
  resetPassword: async ({ mailedToken }) => [
    { body: { token: 'unknown', password: PASSWORD }, status: 401 },
    { body: { token: await mailedToken('reset'), password: PASSWORD } },
  ],
  setUpTotp: ({ mia: { headers, password } }) => [
    { headers, body: { password: 'wrong' }, status: 401 },
    { headers, body: { password } },
  ],
  confirmTotp: async ({ mia }) => {
    await mia.setUp()
    return [
      { headers: mia.headers, body: { code: 'wrong' }, status: 401 },
      { headers: mia.headers, body: { code: await mia.code() } },
    ]
  },
  loginWithCode: async ({ mia }) => {
    const mfaToken = await mia.mfaToken()
    return [
      { body: { mfaToken: 'unknown', code: '000000' }, status: 401 },
      { body: { mfaToken, code: await mia.code() } },
    ]
  },
  beginPasskeyRegistration: ({ mia: { headers, password } }) => [{ headers, body: { password } }],
  registerPasskey: async ({ mia }) => [{ headers: mia.headers, body: await mia.create() }],
  listPasskeys: ({ mia }) => [{ headers: mia.headers }],
  beginPasskeyLogin: ({ mia: { headers } }) => [{ headers, body: {} }],
  loginWithPasskey: async ({ mia }) => [{ headers: { host: mia.headers.host }, body: await mia.get() }],
  turnTotpOff: async ({ mia }) => [
    { headers: mia.headers, body: { password: mia.password, code: await mia.code() } },
  ],
  deletePasskey: async ({ mia }) => [
    { headers: mia.headers, id: await mia.passkeyId(), body: { password: mia.password } },
  ],
  resendVerification: ({ customer }) => [{ headers: customer }],
  listSessions: ({ customer }) => [{ headers: customer }],
  endSession: ({ customer, sessionId }) => [{ headers: customer, id: sessionId }],
  logout: async ({ cookie }) => [{ headers: { cookie: await cookie() } }],
  listProducts: ({ products, names }) => [
    {},
    { query: '?q=lamp' },
    { query: '?q=walnut+desk' },
    { query: '?sort=name&q=walnut+desk&page=1' },
    { query: '?q=walnut+desk&minPrice=10&maxPrice=90&inStock=true' },
    { query: '?inStock=false&page=1' },
    { query: '?sort=name&page=3&q=oak' },
    { query: '?sort=-price&minPrice=20' },
    { query: `?cursor=${products}` },
    { query: `?sort=name&cursor=${names}` },
  ],
  getProduct: ({ productIds }) => [{ id: productIds[0] }, { id: 'unknown', status: 404 }],
  createProduct: ({ admin }) => [{ headers: admin, body: { name: 'Walnut lamp', price: 24.5, stock: 40 } }],
  updateProduct: ({ admin, productIds }) => [
    { headers: admin, id: productIds[0], body: { name: 'Oak lamp', price: 17.5, stock: 12 } },
    { headers: { ...admin, 'if-match': '"0"' }, id: productIds[0], body: { price: 17.5 }, status: 412 },
  ],
  adjustStock: ({ admin, productIds }) => [
    { headers: admin, id: productIds[1], body: { delta: 5 } },
    { headers: admin, id: productIds[1], body: { delta: -1_000_000 }, status: 409 },
  ],
  deleteProduct: ({ admin, productIds }) => [{ headers: admin, id: productIds[2] }],
  placeOrder: ({ customer, productIds }) => {
    const body = { productId: productIds[3], quantity: 1 }
    const headers = { ...customer, 'idempotency-key': 'cart-1' }
    return [
      { headers: customer, body },
      { headers, body },
      { headers, body },
    ]
  },
  listOrders: ({ admin, customer, customerId, orders }) => [
    { headers: customer },
    { headers: customer, query: '?status=pending' },
    { headers: customer, query: `?cursor=${orders}` },
    { headers: admin, query: '?scope=all' },
    { headers: admin, query: `?scope=all&cursor=${orders}` },
    { headers: admin, query: `?scope=all&status=pending&cursor=${orders}` },
    { headers: admin, query: `?userId=${customerId}&status=pending&cursor=${orders}` },
  ],
  getOrder: ({ customer, orderIds }) => [{ headers: customer, id: orderIds[0] }],
  changeOrderStatus: ({ admin, orderIds }) => [
    { headers: admin, id: orderIds[0], body: { status: 'confirmed' } },
    { headers: admin, id: orderIds[1], body: { status: 'cancelled' } },
  ],
  cancelOrder: ({ customer, orderIds }) => [{ headers: customer, id: orderIds[2] }],
  listUsers: ({ admin, users, customerId }) => [
    { headers: admin },
    { headers: admin, query: '?role=staff&disabled=false' },
    { headers: admin, query: '?role=customer&disabled=true' },
    { headers: admin, query: '?disabled=false' },
    { headers: admin, query: '?q=customer' },
    { headers: admin, query: `?q=${customerId}%40shop` },
    { headers: admin, query: `?cursor=${users}` },
  ],
  getUser: ({ admin, customerId }) => [{ headers: admin, id: customerId }],
  updateUser: ({ admin, otherId }) => [
    { headers: admin, id: otherId, body: { name: 'Grace' } },
    { headers: admin, id: otherId, body: { role: 'staff', disabled: true } },
  ],
  endUserSessions: ({ admin, otherId }) => [{ headers: admin, id: otherId }],
  unlockUser: ({ admin, otherId }) => [{ headers: admin, id: otherId }],
  eraseUser: ({ admin, otherId }) => [{ headers: admin, id: otherId }],
  eraseMe: ({ customer }) => [{ headers: customer, body: { password: 'wrong' }, status: 401 }],
  exportMe: ({ customer }) => [{ headers: customer }],
  createApiKey: ({ admin }) => [{ headers: admin, body: { name: 'Scanner', scopes: ['products:write'] } }],
  listApiKeys: ({ admin }) => [{ headers: admin }],
  rotateApiKey: ({ admin, apiKeyId }) => [{ headers: admin, id: apiKeyId, body: { overlapSeconds: 60 } }],
  deleteApiKey: ({ admin, apiKeyId }) => [{ headers: admin, id: apiKeyId }],
  listAuditEntries: ({ admin, customerId, apiKeyId, orders }) => [
    { headers: admin },
    { headers: admin, query: '?actor=system' },
    { headers: admin, query: `?actor=${customerId}&subject=${apiKeyId}` },
    { headers: admin, query: `?subject=${apiKeyId}&from=2026-01-01T00:00:00Z&to=2126-01-01T00:00:00Z` },
    { headers: admin, query: `?actor=${customerId}&cursor=${orders}` },
  ],
  listEvents: ({ admin }) => [{ headers: admin, query: '?after=700&limit=100' }],
}
