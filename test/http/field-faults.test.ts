import type { InjectOptions } from 'fastify'
import t from 'tap'
import { build, noRateLimits, signIn } from '../helpers/app.js'

type Method = NonNullable<InjectOptions['method']>

t.test('each fault is reported once, in plain words', async (t) => {
  const app = await build(t, noRateLimits)
  const { headers } = await signIn(app, 'admin')
  const faultsOf = async (method: Method, url: string, payload?: object) => {
    const answer = await app.inject({ method, url, headers, ...(payload && { payload }) })
    t.equal(answer.statusCode, 400, `${method} ${url} ${JSON.stringify(payload)}`)
    return answer.json().errors.map(({ path, message }: Record<string, string>) => `${path} ${message}`)
  }
  const cases: [method: Method, url: string, payload: object | undefined, faults: string[]][] = [
    ['POST', '/checkouts', { items: [5, null] }, ['items.0 must be an object', 'items.1 must be an object']],
    ['POST', '/checkouts', { items: {} }, ['items must be an array']],
    ['POST', '/checkouts', { items: [] }, ['items must have at least 1 item']],
    ['POST', '/checkouts', [], ['body must be an object']],
    [
      'PUT',
      '/products/stock',
      { items: [5, 'x', null, []] },
      [0, 1, 2, 3].map((i) => `items.${i} must be an object`),
    ],
    [
      'POST',
      '/orders',
      { productId: 5, quantity: 0, expiresIn: 700_000, note: 'x'.repeat(501) },
      [
        'productId must be a string',
        'quantity must be at least 1',
        'note must have at most 500 characters',
        'expiresIn must be at most 604800',
      ],
    ],
    [
      'POST',
      '/orders/status',
      { ids: ['a', 'b', 'a'], status: 'shipped' },
      ['ids must not have an item twice: 0 and 2 are the same'],
    ],
    [
      'POST',
      '/orders/status',
      { ids: [], status: 5 },
      ['ids must have at least 1 item', 'status must be a string'],
    ],
    ['PATCH', '/orders/x', {}, ['body must have at least 1 field']],
    ['PATCH', '/orders/x', { note: 5 }, ['note must be a string or null']],
    ['PATCH', '/orders/x', { note: '' }, ['note must have at least 1 character']],
    [
      'PATCH',
      '/products/x',
      { sku: 5, lowStockThreshold: 'x' },
      ['sku must be a string or null', 'lowStockThreshold must be a whole number or null'],
    ],
    [
      'PATCH',
      '/products/x',
      { sku: 'ü', lowStockThreshold: -1 },
      ['sku does not have the right form', 'lowStockThreshold must be at least 0'],
    ],
    [
      'PATCH',
      '/products/x',
      { price: '1', stock: 1.5 },
      ['price must be a number', 'stock must be a whole number'],
    ],
    ['PATCH', '/users/x', { disabled: 'yes' }, ['disabled must be true or false']],
    [
      'POST',
      '/webhooks',
      { url: 'https://x.test/', types: ['order:created', 'order:lost', 5] },
      ['types.1 must be one of', 'types.2 must be a string'],
    ],
    [
      'POST',
      '/webhooks',
      { url: '', types: 'all' },
      ['url must have at least 1 character', 'types must be an array or null'],
    ],
    [
      'POST',
      '/webhooks',
      { url: 'https://x.test/', types: ['order:created', 'order:created'] },
      ['types must not have an item twice: 0 and 1 are the same'],
    ],
    [
      'POST',
      '/auth/register',
      { name: 'Ada', email: 'ada', password: 'correct horse' },
      ['email does not have the right form'],
    ],
    [
      'POST',
      '/api-keys',
      { name: 'x', scopes: [], expiresAt: 'soon' },
      ['scopes must have at least 1 item', 'expiresAt must be a time written like 2026-11-22T09:30:00Z'],
    ],
    [
      'GET',
      '/products?limit=0&page=x&inStock=maybe&minPrice=-1',
      undefined,
      [
        'page must be a whole number',
        'minPrice must be at least 0',
        'inStock must be true or false',
        'limit must be at least 1',
      ],
    ],
    [
      'GET',
      '/orders?status=lost&from=yesterday',
      undefined,
      [
        'status must be one of pending, confirmed, shipped, delivered, cancelled',
        'from must be a time written like 2026-11-22T09:30:00Z',
      ],
    ],
  ]
  for (const [method, url, payload, faults] of cases) {
    const told = await faultsOf(method, url, payload)
    t.equal(told.length, faults.length, JSON.stringify(told))
    for (const fault of faults)
      t.ok(
        told.some((each: string) => each.startsWith(fault)),
        `${fault}, of ${JSON.stringify(told)}`,
      )
  }
})
