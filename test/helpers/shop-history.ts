import { type App, buildApp } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { signIn } from './app.js'

export const ada = {
  name: 'Ada "Countess" Lovelace 👩‍🔬',
  email: 'ada@shop.test',
  password: 'analytical engine',
}
export const credentials = { email: ada.email, password: ada.password }

const NAMES = [
  "Robert'); DROP TABLE orders;-- \\' \\\\ \\n",
  'Straße ﬁligree Ångström Ελλάς',
  '北京烤鸭 with 🦆',
  'a\u00a0blank that is none, a\u200bjoint and a\u0301 mark',
  '𝒳'.repeat(100),
  '  blanks at both ends  ',
  '%_?:$1',
]

/** Opens a shop, runs `work` on it and closes it. */
export async function withShop<T>(config: Config, work: (app: App) => Promise<T>): Promise<T> {
  const app = buildApp(config)
  try {
    await app.ready()
    return await work(app)
  } finally {
    await app.close()
  }
}

/**
 * Populates a shop: unusual names, extreme numbers, orders of every status, used idempotency keys, deleted products,
 * sessions.
 * @returns its admin's headers and Ada's refresh token
 */
export async function makeHistory(app: App) {
  const { headers: admin } = await signIn(app, 'admin')
  const call = async (
    method: 'POST' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    headers = admin,
  ) => {
    const answer = await app.inject({ method, url, headers, ...(payload && { payload }) })
    if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.body}`)
    return answer
  }
  const add = async (name: string, price: number, stock: number): Promise<string> =>
    (await call('POST', '/products', { name, price, stock })).json().id

  for (const name of NAMES) await add(name, 0.01, 1)
  const expensive = await add('The dearest', 1_000_000, 1_000_000_000)
  await add('Nothing for nothing', 0, 0)
  const mug = await add('Blue mug', 19.99, 500)
  const gone = await add('Gone mug', 7.5, 10)

  await call('POST', '/auth/register', ada)
  const login = await call('POST', '/auth/login', credentials)
  const buyer = { authorization: `Bearer ${login.json().accessToken}` }
  const order = async (productId: string, quantity: number, headers = {}): Promise<string> =>
    (await call('POST', '/orders', { productId, quantity }, { ...buyer, ...headers })).json().id
  await order(expensive, 10_000, { 'idempotency-key': '"cart "' })
  await order(mug, 1, { 'idempotency-key': 'cart' })
  await order(gone, 2)
  for (const statuses of [
    ['confirmed'],
    ['confirmed', 'shipped'],
    ['confirmed', 'shipped', 'delivered'],
    ['cancelled'],
  ]) {
    const id = await order(mug, 3)
    for (const status of statuses) await call('PATCH', `/orders/${id}`, { status })
  }
  await Promise.all(Array.from({ length: 60 }, () => order(mug, 1)))
  await call('POST', `/products/${mug}/stock-adjustments`, { delta: -7, reason: 'broken: 💔 \\' })
  await call('PATCH', `/products/${mug}`, { name: 'Blue mug, chipped', price: 4.2 })
  await call('DELETE', `/products/${gone}`)

  const ended = await call('POST', '/auth/login', credentials)
  await call('POST', '/auth/logout', undefined, { authorization: `Bearer ${ended.json().accessToken}` })
  const refreshToken = login.cookies.find(({ name }) => name === 'refresh_token')?.value ?? ''
  return { admin, buyer, refreshToken, mug }
}

/** Fetches everything clients can read from a shop: lists, searches, orders and the log, page by page. */
export async function answersOf(app: App, admin: Record<string, string>, buyer: Record<string, string>) {
  const lists = ['name', '-name', 'price', '-price', 'createdAt', '-createdAt'].map(
    (sort) => `/products?sort=${sort}`,
  )
  const urls = [
    ...lists,
    '/products?page=2&limit=5',
    '/products?q=mug',
    '/products?q=strasse%20angstrom',
    '/products?q=%E5%8C%97&inStock=true',
    '/products?inStock=false',
    '/products?minPrice=1&maxPrice=20',
    '/orders?limit=100',
    '/orders?status=cancelled',
    '/auth/me',
  ]
  const own = await Promise.all(urls.map((url) => app.inject({ url, headers: buyer })))
  const all = await Promise.all(
    ['/events?after=0&limit=1000', '/events?after=40&limit=7', '/orders?scope=all&limit=7'].map((url) =>
      app.inject({ url, headers: admin }),
    ),
  )
  return [...own, ...all].map((answer) => [answer.statusCode, answer.json()])
}
