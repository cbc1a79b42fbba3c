import {
  encodeCursor as encodeOrderCursor,
  fingerprintOf,
  type Key,
  type OrderSort,
} from '../../../src/orders/search/sort-and-cursor.js'
import { webhookVisits } from './webhook-visits.js'
import type { Visits } from './world.js'

const PASSWORD = 'correct horse battery'

/** Requests to each operation by its id, after the ones they depend on. */
export const visits: Visits = {
  getIndex: () => [{}],
  getLiveness: () => [{}],
  getReadiness: () => [{}],
  getMetrics: ({ admin }) => [{ headers: admin }],
  getPulse: ({ admin }) => [{ headers: admin }],
  getSales: ({ admin }) => [
    {
      headers: admin,
      query: '?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&before=2026-10-01T00:00:00Z',
    },
  ],
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
  getFactors: ({ mia: { headers } }) => [{ headers }],
  replaceRecoveryCodes: async ({ mia: { headers, password, code } }) => [
    { headers, body: { password, code: 'wrong' }, status: 401 },
    { headers, body: { password, code: await code() } },
  ],
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
  getConfig: () => [{}],
  listProducts: ({ products, names }) => [
    {},
    { query: '?q=lamp' },
    { query: '?sku=LAMP-WALNUT&page=1' },
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
  getLedger: ({ admin, productIds, orders }) => [
    { headers: admin, id: productIds[0] },
    { headers: admin, id: productIds[0], query: `?cursor=${orders}` },
    { headers: admin, id: productIds[0], query: '?from=2026-01-01T00:00:00Z&to=2100-01-01T00:00:00Z' },
  ],
  deleteProduct: ({ admin, productIds }) =>
    productIds.slice(2, 4).map((id) => ({ headers: admin, ...(id && { id }) })),
  listDeletedProducts: ({ admin, productIds }) => {
    const cursor = Buffer.from(`4102444800000 ${productIds[2]}`).toString('base64url')
    return [{ headers: admin }, { headers: admin, query: `?cursor=${cursor}` }]
  },
  restoreProduct: ({ admin, productIds }) => [
    { headers: admin, id: productIds[3] },
    { headers: admin, id: productIds[3] },
    { headers: admin, id: 'unknown', status: 404 },
  ],
  placeOrder: ({ customer, productIds }) => {
    const body = { productId: productIds[3], quantity: 1 }
    const headers = { ...customer, 'idempotency-key': 'cart-1' }
    return [
      { headers: customer, body },
      { headers, body },
      { headers, body },
    ]
  },
  placeCheckout: ({ customer, productIds }) => {
    const body = { items: productIds.slice(4, 7).map((productId) => ({ productId, quantity: 1 })) }
    const headers = { ...customer, 'idempotency-key': 'basket-1' }
    return [
      { headers: customer, body },
      { headers, body },
      { headers, body },
    ]
  },
  getCheckout: ({ customer, checkoutId }) => [{ headers: customer, id: checkoutId }],
  listOrders: ({ admin, customer, customerId, orderIds, productIds }) => {
    const [id = '', productId = ''] = [orderIds.at(-1), productIds[0]]
    const after = (search: object, key: Key = [id], sort: OrderSort = '-createdAt') =>
      `cursor=${encodeOrderCursor(sort, fingerprintOf({ ...search, sort }), key)}`
    const all = { byCustomer: true }
    return [
      { headers: customer },
      { headers: customer, query: '?status=pending' },
      { headers: customer, query: `?${after({ userId: customerId, byCustomer: false })}` },
      { headers: customer, query: `?q=lamp&productId=${productId}&expand=product` },
      { headers: admin, query: '?scope=all' },
      { headers: admin, query: `?scope=all&${after(all)}` },
      { headers: admin, query: `?scope=all&status=pending&${after({ ...all, statuses: ['pending'] })}` },
      { headers: admin, query: `?userId=${customerId}&status=pending,shipped` },
      { headers: admin, query: `?scope=all&checkoutId=${id}&expand=customer,product` },
      { headers: admin, query: '?scope=all&q=lamp+customer&from=2026-01-01T00:00:00Z' },
      { headers: admin, query: `?scope=all&q=${id}` },
      { headers: admin, query: '?scope=all&q=zzz' },
      { headers: admin, query: '?scope=all&sort=-totalPrice&minTotal=10&status=pending' },
      { headers: admin, query: `?scope=all&sort=totalPrice&${after(all, [2_000, id], 'totalPrice')}` },
      { headers: admin, query: '?scope=all&q=kettle+walnut+nordic+blue' },
      { headers: admin, query: '?scope=all&q=mug&sort=-totalPrice' },
      { headers: admin, query: `?scope=all&productId=${productId}&sort=totalPrice` },
    ]
  },
  getOrder: ({ admin, customer, orderIds }) => [
    { headers: customer, id: orderIds[0] },
    { headers: admin, id: orderIds[0], query: '?expand=customer,product' },
  ],
  changeOrderStatus: ({ admin, orderIds }) => [
    { headers: admin, id: orderIds[0], body: { status: 'confirmed' } },
    { headers: admin, id: orderIds[1], body: { status: 'cancelled', note: 'Broken' } },
  ],
  changeOrderStatuses: ({ admin, orderIds }) => [
    { headers: admin, body: { ids: orderIds.slice(10, 30), status: 'confirmed' } },
    { headers: admin, body: { ids: orderIds.slice(10, 40), status: 'cancelled' } },
  ],
  cancelCheckout: ({ customer, checkoutId }) => [{ headers: customer, id: checkoutId }],
  changeCheckoutStatus: ({ admin, checkoutId }) => [
    { headers: admin, id: checkoutId, body: { status: 'confirmed' }, status: 409 },
  ],
  getOrderHistory: ({ admin, customer, orderIds }) => [
    { headers: admin, id: orderIds[0] },
    { headers: customer, id: orderIds[1] },
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
  importProducts: ({ admin }) => [
    { headers: { ...admin, 'content-type': 'text/csv' }, body: 'sku,name,price,stock\nBOWL,Bowl,2.50,4\n' },
    { headers: { ...admin, 'content-type': 'text/csv' }, body: 'sku,stock\nBOWL,9\n' },
    {
      headers: { ...admin, 'content-type': 'text/csv', 'idempotency-key': 'file-1' },
      body: 'sku,stock\nBOWL,8\n',
    },
  ],
  exportProducts: ({ admin }) => [{ headers: admin }, { headers: admin, query: '?q=lamp&sort=name' }],
  exportOrders: ({ admin, customerId }) => [
    { headers: admin },
    { headers: admin, query: `?status=pending&userId=${customerId}` },
  ],
  takeStock: ({ admin, productIds }) => [
    {
      headers: admin,
      body: {
        items: [
          { productId: productIds[10], stock: 5 },
          { sku: 'BOWL', delta: 1 },
        ],
      },
    },
  ],
  ...webhookVisits,
  // A stream has no end: its reads are those of sockets and of the log.
  streamEvents: ({ customer }) => [{ headers: customer, query: '?view=admin', status: 403 }],
  listEvents: ({ admin }) => [{ headers: admin, query: '?after=700&limit=100' }],
}
