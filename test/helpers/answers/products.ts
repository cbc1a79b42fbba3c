import { NOWHERE, type Samples } from './sample.js'
import type { Shop } from './shop.js'

/** Returns a request with a CSV file. */
const csv = ({ headers }: { headers: Record<string, string> }, payload: string, more = {}) => ({
  headers: { ...headers, 'content-type': 'text/csv', ...more },
  payload,
})

/** Products and their stock. */
export function productSamples({ admin, buyer, doomed, productId }: Shop): Samples {
  return {
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
    importProducts: [
      [200, csv(admin, 'sku,name,price,stock\nBOWL,Bowl,2.50,4\nBOWL,,1e3,\n')],
      [200, { ...csv(admin, 'sku,stock\nBOWL,9\n'), query: { dryRun: 'true' } }],
      [400, csv(admin, 'colour\nred\n')],
      [401, csv({ headers: {} }, '')],
      [403, csv(buyer, '')],
      [413, csv(admin, 'x', { 'content-length': String(60 * 1024 * 1024) })],
      [415, { ...admin, payload: { name: 'Bowl' } }],
    ],
    exportProducts: [
      [200, admin],
      [200, { ...admin, query: { format: 'ndjson', q: 'mug' } }],
      [400, { ...admin, query: { limit: '1' } }],
      [403, buyer],
    ],
    getProduct: [
      [200, {}, productId],
      [304, { headers: { 'if-none-match': '*' } }, productId],
      [404, {}, NOWHERE],
    ],
    updateProduct: [
      [200, { ...admin, payload: { price: 0.1 } }, productId],
      [412, { headers: { ...admin.headers, 'if-match': '"0"' }, payload: { price: 1 } }, productId],
      [404, { ...admin, payload: { price: 1 } }, NOWHERE],
    ],
    getLedger: [
      [200, admin, productId],
      [400, { ...admin, query: { cursor: 'x' } }, productId],
      [403, buyer, productId],
      [404, admin, NOWHERE],
    ],
    adjustStock: [
      [200, { ...admin, payload: { delta: 1, reason: 'found' } }, productId],
      [409, { ...admin, payload: { delta: -1_000_000 } }, productId],
      [409, { ...admin, payload: { delta: 1_000_000_000 } }, productId],
      [404, { ...admin, payload: { delta: 1 } }, NOWHERE],
    ],
    takeStock: [
      [
        200,
        {
          ...admin,
          payload: {
            items: [
              { productId, delta: 1, expected: 0 },
              { sku: 'none', stock: 1 },
            ],
          },
        },
      ],
      [400, { ...admin, payload: { items: [{}] } }],
      [403, { ...buyer, payload: { items: [{ productId, delta: 1 }] } }],
    ],
    deleteProduct: [
      [204, admin, doomed],
      [404, admin, doomed],
    ],
    listDeletedProducts: [
      [200, { ...admin, query: { limit: '1' } }],
      [400, { ...admin, query: { cursor: 'x' } }],
      [401, {}],
      [403, buyer],
    ],
    restoreProduct: [
      [412, { headers: { ...admin.headers, 'if-match': '"0"' } }, doomed],
      [200, admin, doomed],
      [200, admin, doomed],
      [403, buyer, doomed],
      [404, admin, NOWHERE],
    ],
  }
}
