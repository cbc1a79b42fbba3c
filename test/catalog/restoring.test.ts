import t, { type Test } from 'tap'
import { createCatalog } from '../../src/catalog/catalog.js'
import { createProductChanges } from '../../src/catalog/change-products.js'
import { newId } from '../../src/ids.js'
import { auditBooks } from '../helpers/books.js'
import { addUser, engineDb } from '../helpers/engine-db.js'
import { doubts } from '../helpers/lost-answers.js'

/** A shop with a lamp, which is deleted. */
async function shop(t: Test) {
  const { db, eventLog } = await engineDb(t)
  const admin = { userId: await addUser(db, 'admin') }
  const options = { db, eventLog, lowStockThreshold: 10 }
  const catalog = createCatalog(options)
  const { product } = await catalog.create({ sku: 'LAMP', name: 'Walnut lamp', price: 5, stock: 30 }, admin)
  const find = async (q: string) => {
    const { list } = await catalog.list({ q, sort: 'name', limit: 10 })
    return list.items.map(({ id }) => id)
  }
  t.same(await find('walnut'), [product.id])
  await catalog.remove(product.id, admin)
  t.same(await find('walnut'), [])
  return { db, eventLog, options, admin, catalog, product, find }
}

t.test('a restored product is found, listed and exported again, as after its creation', async (t) => {
  const { db, eventLog, admin, catalog, product, find } = await shop(t)
  const head = await eventLog.head()
  // All of this may happen within a millisecond.
  const before = new Date(Date.now() - 60_000)
  await db.write((tx) => tx.product.update({ where: { id: product.id }, data: { updatedAt: before } }))
  const { product: restored, version } = await catalog.restore(product.id, admin)
  t.same({ ...restored, updatedAt: '' }, { ...product, updatedAt: '' })
  t.ok(restored.updatedAt > before.toISOString())
  t.equal(version, 3n)
  t.same((await catalog.get(product.id)).product, restored)
  t.same(await find('walnut'), [product.id])
  t.same(await find('lam'), [product.id])
  t.match(await eventLog.read(head, 10), [
    { type: 'product:created', data: restored, actor: { type: 'user', id: admin.userId } },
  ])
  t.match(await db.read.auditEntry.findMany({ where: { action: 'product.restored' } }), [
    { subjectId: product.id, actorId: admin.userId },
  ])
  t.same(await auditBooks(db), [])

  t.same(await catalog.restore(product.id, { ...admin, accepts: () => false }), {
    product: restored,
    version,
  })
  t.equal((await eventLog.read(head, 10)).length, 1, 'it is restored once')
  await t.rejects(catalog.restore(newId(), admin), { code: 'not-found' })
  await t.rejects(catalog.restore('lamp', admin), { code: 'not-found' })

  await catalog.remove(product.id, admin)
  await catalog.restore(product.id, admin)
  t.same(await find('walnut'), [product.id], 'as often as is needed')
})

t.test('a product deleted under older rules for names is sorted by those of now', async (t) => {
  const { db, admin, catalog, product } = await shop(t)
  await db.write((tx) => tx.product.update({ where: { id: product.id }, data: { nameSort: 'of old' } }))
  await catalog.restore(product.id, admin)
  t.match(await db.read.product.findUnique({ where: { id: product.id } }), { nameSort: 'walnut lamp' })
})

t.test('another version is not restored, nor a product whose SKU another one has by now', async (t) => {
  const { db, eventLog, admin, catalog, product, find } = await shop(t)
  const accepts = (version: bigint) => version === 1n
  await t.rejects(catalog.restore(product.id, { ...admin, accepts }), { code: 'precondition-failed' })
  const other = await catalog.create({ sku: 'LAMP', name: 'Oak desk', price: 9, stock: 1 }, admin)
  const head = await eventLog.head()
  await t.rejects(catalog.restore(product.id, admin), { code: 'sku-taken' })
  t.equal(await eventLog.head(), head)
  t.same(await find('walnut'), [], 'nothing of it was written')
  t.equal(await db.read.auditEntry.count({ where: { action: 'product.restored' } }), 0)
  await catalog.update(other.product.id, { sku: 'DESK' }, admin)
  t.match(await catalog.restore(product.id, admin), { product: { sku: 'LAMP' } })
  t.same(await auditBooks(db), [])
})

t.test('deleted products are listed by the time of their deletion, in pages', async (t) => {
  const { db, admin, catalog, product } = await shop(t)
  const ids = [product.id]
  for (const name of ['Mug', 'Plate', 'Bowl']) {
    const made = await catalog.create({ name, price: 1, stock: 1 }, admin)
    ids.unshift(made.product.id)
    if (name !== 'Bowl') await catalog.remove(made.product.id, admin)
  }
  ids.shift()
  // All in one millisecond: the cursor must tell them apart.
  const deletedAt = new Date()
  await db.write((tx) => tx.product.updateMany({ where: { deletedAt: { not: null } }, data: { deletedAt } }))
  const all = await catalog.listDeleted({ limit: 10 })
  t.same(
    all.items.map(({ id }) => id),
    ids,
  )
  t.match(all, {
    nextCursor: null,
    items: [{}, {}, { sku: 'LAMP', stock: 30, deletedAt: deletedAt.toISOString() }],
  })
  const paged: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await catalog.listDeleted({ limit: 1, cursor })
    paged.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  t.same(paged, ids)
  await db.write((tx) =>
    tx.product.update({ where: { id: product.id }, data: { deletedAt: new Date(deletedAt.getTime() + 1) } }),
  )
  t.equal(
    (await catalog.listDeleted({ limit: 10 })).items[0]?.id,
    product.id,
    'the last to be deleted is first',
  )
  await catalog.restore(product.id, admin)
  t.equal((await catalog.listDeleted({ limit: 10 })).items.length, 2)
  const forged = ['x', '5', `5 ${newId()} 5`, `-5 ${newId()}`, `1e3 ${newId()}`, `99999999999999 ${newId()}`]
  for (const text of forged)
    await t.rejects(catalog.listDeleted({ limit: 1, cursor: Buffer.from(text).toString('base64url') }), {
      code: 'invalid-request',
    })
  const far = Buffer.from(`9999999999999 ${newId()}`).toString('base64url')
  t.equal((await catalog.listDeleted({ limit: 10, cursor: far })).items.length, 2)
})

for (const [outcome, doubting] of doubts)
  t.test(`a product is restored once if the first attempt ${outcome}`, async (t) => {
    const { db, eventLog, options, admin, product } = await shop(t)
    const head = await eventLog.head()
    const unsure = createProductChanges({ ...options, db: doubting(db) })
    const { version } = await unsure.restore(product.id, { ...admin, accepts: (version) => version === 2n })
    t.equal(version, 3n)
    t.same(
      (await eventLog.read(head, 10)).map(({ type }) => type),
      ['product:created'],
    )
    t.same(await auditBooks(db), [])
  })
