import t from 'tap'
import { addOrders } from '../../prisma/demo-orders.js'
import { demoProduct } from '../../prisma/demo-products.js'
import { encodeCursor as encodeUserCursor } from '../../src/accounts/users/cursor.js'
import type { App } from '../../src/app.js'
import { addProducts } from '../../src/catalog/add-products.js'
import { encodeCursor } from '../../src/catalog/search/sort-and-cursor.js'
import { newId } from '../../src/ids.js'
import { originOfUser } from '../../src/stream/origin.js'
import { build, signIn } from '../helpers/app.js'
import { databaseOf, onServer } from '../helpers/database.js'
import { allSent, mailsOf, tokenIn } from '../helpers/mail.js'
import { operationsOf } from '../helpers/openapi.js'
import { createMia } from '../helpers/plans/mia.js'
import { mysqlPlans, watchWire } from '../helpers/plans/mysql.js'
import { sqlitePlans, watchPrepared } from '../helpers/plans/sqlite.js'
import { hasPlan } from '../helpers/plans/statements.js'
import { visits } from '../helpers/plans/visits.js'
import type { World } from '../helpers/plans/world.js'

const ROWS = 3_000
// Statements outside any operation: the startup query for an admin, and this test's query for products in stock.
const NO_OPERATION = /role\W+=|stock\W+> .* ORDER BY|sqlite_/is
const PASSWORD = 'correct horse battery'

/** Times of a session created just now. */
function times() {
  const now = new Date()
  return { createdAt: now, lastUsedAt: now, expiresAt: new Date(now.getTime() + 3_600_000) }
}

/** Adds enough accounts and sessions to make the database prefer an index over a full scan. */
async function addPeople(app: App): Promise<void> {
  const { createdAt: at } = times()
  const ids = Array.from({ length: ROWS }, newId)
  await app.db.write(async (tx) => {
    await tx.user.createMany({
      data: ids.map((id) => ({
        id,
        name: 'X',
        email: `${id}@x.test`,
        password: '',
        createdAt: at,
        updatedAt: at,
      })),
    })
    await tx.auditEntry.createMany({
      data: ids.map((id) => {
        const row = { at, actorType: 'user', actorId: id, action: 'user.renamed', subjectType: 'user' }
        return { ...row, id: newId(), subjectId: id, details: '{}' }
      }),
    })
    await tx.session.createMany({
      data: ids.map((id) => ({ id, userId: id, ...times() })),
    })
    await tx.mail.createMany({
      data: ids.map((id) => ({
        id,
        kind: 'password-reset',
        userId: id,
        recipient: `${id}@x.test`,
        createdAt: at,
        sentAt: at,
      })),
    })
    await tx.mailToken.createMany({
      data: ids.map((id) => ({
        userId: id,
        kind: 'reset',
        hash: id.padEnd(64, '0'),
        email: `${id}@x.test`,
        createdAt: at,
        expiresAt: times().expiresAt,
      })),
    })
    await tx.recoveryCode.createMany({
      data: ids.map((id) => ({ hash: id.padEnd(64, '0'), userId: id })),
    })
    await tx.refreshToken.createMany({
      data: ids.map((id) => ({ hash: id.padEnd(64, '0'), sessionId: id, createdAt: at })),
    })
  })
}

async function fill(app: App): Promise<World> {
  await addPeople(app)
  const [admin, customer] = [await signIn(app, 'admin'), await signIn(app)]
  const products = Array.from({ length: ROWS }, demoProduct).map((product) => ({ ...product, stock: 100 }))
  await addProducts(app.db, app.eventLog, products, admin.id)
  await addOrders(app, customer.id, ROWS, () => undefined)
  const rows = await app.db.read.product.findMany({ orderBy: { id: 'desc' }, take: 50 })
  const orders = await app.db.read.order.findMany({ orderBy: { id: 'desc' }, take: 50 })
  const { id: lastId = '', nameSort: lastName = '' } = rows.at(-1) ?? {}
  const other = await app.db.write((tx) =>
    tx.session.create({ data: { id: newId(), userId: customer.id, ...times() } }),
  )
  const newWebhook = () => app.webhooks.create({ url: 'https://receiver.invalid/' }, originOfUser(admin.id))
  const checkoutId = newId()
  const basket = orders.slice(40).map(({ id }) => id)
  await app.db.write(async (tx) => {
    await tx.checkout.create({ data: { id: checkoutId, userId: customer.id, createdAt: new Date() } })
    await tx.order.updateMany({ where: { id: { in: basket } }, data: { checkoutId, status: 'pending' } })
  })
  return {
    checkoutId,
    admin: admin.headers,
    customer: customer.headers,
    customerId: customer.id,
    otherId: (await signIn(app)).id,
    productIds: rows.map(({ id }) => id),
    orderIds: orders.map(({ id }) => id),
    sessionId: other.id,
    products: encodeCursor('-createdAt', [lastId]),
    names: encodeCursor('name', [lastName, lastId]),
    apiKeyId: (await app.apiKeys.create({ name: 'Printer', scopes: ['orders:read'] }, admin.id)).id,
    webhookId: (await newWebhook()).id,
    doomedWebhookId: (await newWebhook()).id,
    users: encodeUserCursor({ id: customer.id }),
    mia: await createMia(app),
    orders: Buffer.from(orders.at(-1)?.id ?? '').toString('base64url'),
    async mailedToken(page) {
      await allSent(app)
      const mails = mailsOf(app).filter(
        ({ to, text }) => to === 'ada@shop.test' && text.includes(`/${page}/`),
      )
      const mail = mails.at(-1)
      return mail ? tokenIn(mail) : ''
    },
    async cookie() {
      const payload = { email: 'ada@shop.test', password: PASSWORD }
      const { cookies } = await app.inject({ method: 'POST', url: '/auth/login', payload })
      return `refresh_token=${cookies.find(({ name }) => name === 'refresh_token')?.value}`
    },
  }
}

t.test('no documented operation reads a whole table', async (t) => {
  const databaseUrl = await databaseOf(t, t.testdir())
  const wire = onServer ? await watchWire(t, databaseUrl) : undefined
  const statements = wire?.statements ?? watchPrepared(t)
  const app = await build(t, { databaseUrl: wire?.url ?? databaseUrl })
  const world = await fill(app)
  const plans = onServer ? await mysqlPlans(databaseUrl) : sqlitePlans(databaseUrl.slice('file:'.length))
  t.teardown(() => plans.close())

  const operations = await operationsOf(app)
  const missing = operations.filter(({ operationId }) => !(operationId in visits))
  t.same(
    missing.map(({ operationId }) => operationId),
    [],
    'every operation is covered',
  )
  let looked = 0
  const look = async (operationId: string) => {
    for (const text of [...statements].filter(hasPlan)) {
      looked++
      const fault = await plans.faultOf(text)
      if (fault) t.fail(`${operationId} reads a whole table: ${fault}`, { text: text.slice(0, 2_000) })
    }
    statements.clear()
  }
  // Prepared statements are cached: one shared with the startup appears only here.
  for (const text of [...statements]) if (NO_OPERATION.test(text)) statements.delete(text)
  await look('the start')
  for (const [operationId, visitsOf] of Object.entries(visits)) {
    const operation = operations.find((one) => one.operationId === operationId)
    if (!operation) {
      t.fail(`there is no operation ${operationId}`)
      continue
    }
    const { method, path } = operation
    for (const { headers, id = '', query = '', body, status } of await visitsOf(world)) {
      const url = path.replace('{id}', id) + query
      const { statusCode } = await app.inject({
        method,
        url,
        ...(headers && { headers }),
        ...(body && { payload: body }),
      })
      const right = status === undefined ? statusCode < 300 : statusCode === status
      t.ok(right, `${method} ${url} was answered ${statusCode}`)
    }
    await look(operationId)
  }
  t.ok(looked > operations.length, `${looked} statements were looked at`)
})
