import { readFileSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { type App, buildApp } from '../../src/app.js'
import { scopes } from '../../src/contract/api-key.js'
import { newId } from '../../src/ids.js'
import { originOfUser } from '../../src/stream/origin.js'
import { accessTable, type Caller, callers, collectRoutes, printTable } from '../helpers/access-table.js'
import { build, noRateLimits, signIn, testConfig } from '../helpers/app.js'
import { addProduct, digestOf } from '../helpers/books.js'
import { exampleBody, type Operation, operationsOf } from '../helpers/openapi.js'

/** Local programs may read the metrics: this header marks a remote client behind a proxy. */
const ELSEWHERE = { forwarded: 'for=203.0.113.7' }

/** The passwords, codes and tokens in the examples of these operations are wrong. */
const SECRETS_OF_EXAMPLES = [
  'POST /auth/email/verify',
  'POST /auth/login',
  'POST /auth/login/mfa',
  'POST /auth/login/passkey',
  'POST /auth/mfa/recovery-codes',
  'POST /auth/mfa/totp',
  'DELETE /auth/mfa/totp',
  'POST /auth/mfa/totp/confirm',
  'POST /auth/passkeys',
  'DELETE /auth/me',
  'POST /auth/password',
  'POST /auth/password/reset',
]

const page = new URL('../../docs/security.md', import.meta.url)
const BEGIN = '<!-- access: begin -->'
const END = '<!-- access: end -->'

/** Builds the application and the access table declared by its routes. */
async function tableOf(t: Test) {
  const app = buildApp(await testConfig(t, t.testdir(), noRateLimits))
  t.teardown(() => app.close())
  const routes = collectRoutes(app)
  await app.ready()
  return { app, table: accessTable(app, routes()) }
}

t.test('docs/security.md has the access table of the routes', async (t) => {
  const { table } = await tableOf(t)
  const text = readFileSync(page, 'utf8')
  const [begin, end] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)]
  const printed = `\n\n${printTable(table)}\n\n`
  // WRITE_DOCS=1 updates the page.
  if (process.env.WRITE_DOCS) writeFileSync(page, text.slice(0, begin) + printed + text.slice(end))
  else t.equal(text.slice(begin, end), printed)
})

/** Inserts a passkey of a user directly into the database. @returns the id */
async function addPasskey(app: App, userId: string): Promise<string> {
  const id = newId()
  const data = { publicKey: '', transports: '', backedUp: false, name: 'Phone', createdAt: new Date() }
  await app.db.write((tx) => tx.passkey.create({ data: { id, userId, credentialId: id, ...data } }))
  return id
}

/** Creates the rows for one request to `path`: some of `ownerId`. @returns their ids, by the beginning of the path */
async function idsOf(
  app: App,
  path: string,
  ownerId: string,
  adminId: string,
): Promise<Record<string, string>> {
  const productId = await addProduct(app)
  const { order } = await app.orders.place({ userId: ownerId, productId, quantity: 1, idempotencyKey: null })
  const lines = [{ productId, quantity: 1 }]
  const { checkout } = await app.orders.checkout({ userId: ownerId, lines, idempotencyKey: null })
  const [session] = await app.accounts.sessions.list(ownerId)
  const apiKey = await app.apiKeys.create({ name: 'Printer', scopes: ['orders:read'] }, adminId)
  const { id: userId } = await signIn(app)
  const webhook = path.startsWith('/webhooks')
    ? await app.webhooks.create({ url: 'https://receiver.invalid/' }, originOfUser(adminId))
    : undefined
  return {
    products: productId,
    orders: order.id,
    checkouts: checkout.id,
    auth: session?.id ?? '',
    'api-keys': apiKey.id,
    users: userId,
    webhooks: webhook?.id ?? '',
    'auth/passkeys': await addPasskey(app, ownerId),
  }
}

/** Sends a valid request to `operation`. */
function send(app: App, operation: Operation, ids: Record<string, string>, headers: Record<string, string>) {
  const { method, path } = operation
  const body = exampleBody(operation)
  const [folder = '', collection = ''] = path.slice(1).split('/')
  const id = ids[`${folder}/${collection}`] ?? ids[folder] ?? ''
  return app.inject({
    method,
    url: path.replace('{id}', id),
    headers,
    ...(body && {
      payload: {
        ...body,
        ...('productId' in body && { productId: ids.products }),
        ...(folder === 'checkouts' && { items: [{ productId: ids.products, quantity: 1 }] }),
      },
    }),
  })
}

t.test('every operation is open to the callers listed in docs/security.md, and to nobody else', async (t) => {
  const { app, table } = await tableOf(t)
  const rows = new Map(table.map((row) => [row.operation, row]))
  const operations = await operationsOf(app)
  t.same([...rows.keys()].toSorted(), operations.map(({ method, path }) => `${method} ${path}`).toSorted())
  const signedIn = {
    customer: await signIn(app),
    staff: await signIn(app, 'staff'),
    admin: await signIn(app, 'admin'),
  }

  for (const operation of operations)
    for (const caller of callers) {
      const { method, path } = operation
      const owner = await signIn(app)
      const ids = await idsOf(app, path, owner.id, signedIn.admin.id)
      const who: Partial<Record<Caller, { headers: Record<string, string> }>> = { ...signedIn, owner }
      const answer = await send(app, operation, ids, { ...ELSEWHERE, ...who[caller]?.headers })
      const { statusCode } = answer
      const cell = rows.get(`${method} ${path}`)?.cells[caller] ?? ''
      const what = `${method} ${path} as ${caller}: ${cell}, and ${statusCode}`
      if (/^\d/.test(cell)) t.equal(statusCode, Number(cell), what)
      else if (cell === 'token') t.ok([401, 204].includes(statusCode), what)
      else if (!SECRETS_OF_EXAMPLES.includes(`${method} ${path}`))
        t.notOk([401, 403, 404].includes(statusCode) || statusCode >= 500, what)
      if (cell !== 'all' && caller !== 'owner' && path.startsWith('/orders'))
        t.notMatch(answer.body, ids.orders ?? '', `${what}, and nothing of another's order`)
    }
})

t.test(
  'every operation is open to API keys with the scopes listed in docs/security.md, and to no others',
  async (t) => {
    const { app, table } = await tableOf(t)
    const rows = new Map(table.map((row) => [row.operation, row]))
    const [admin, owner] = [await signIn(app, 'admin'), await signIn(app)]
    for (const scope of scopes) {
      const { key } = await app.apiKeys.create({ name: scope, scopes: [scope] }, admin.id)
      for (const operation of await operationsOf(app)) {
        const { method, path } = operation
        const row = rows.get(`${method} ${path}`)
        if (!row || row.permission === '') continue
        const ids = await idsOf(app, path, owner.id, admin.id)
        const answer = await send(app, operation, ids, { ...ELSEWHERE, authorization: `Bearer ${key}` })
        const what = `${method} ${path} with ${scope}: ${answer.statusCode}`
        if (row.scopes.includes(scope))
          t.notOk([401, 403, 404].includes(answer.statusCode) || answer.statusCode >= 500, what)
        else t.equal(answer.statusCode, 403, what)
      }
    }
  },
)

t.test('no request with a safe method changes anything', async (t) => {
  const app = await build(t, noRateLimits)
  const { headers } = await signIn(app, 'admin')
  await addProduct(app)
  const before = await digestOf(app.db)
  for (const { method, path } of await operationsOf(app)) {
    for (const safe of ['GET', 'HEAD', 'OPTIONS'] as const)
      await app.inject({ method: safe, url: path.replace('{id}', 'x'), headers })
    if (method === 'GET') t.equal(await digestOf(app.db), before, path)
  }
  t.equal(await digestOf(app.db), before)
})
