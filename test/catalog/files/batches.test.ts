import t from 'tap'
import { MAX_STOCK } from '../../../src/catalog/product.js'
import { Problem, problems } from '../../../src/errors.js'
import { auditBooks } from '../../helpers/books.js'
import { importEngine, newLamps } from '../../helpers/product-import.js'

/** More lines than the first transactions of an import have. */
const MANY = 450

t.test('a dry run counts as the import does: later lines know what earlier ones change', async (t) => {
  const { db, eventLog, admin, products, importLines } = await importEngine(t)
  const add = async (sku: string) =>
    (await products.create({ sku, name: sku, price: 1, stock: 30 }, admin)).product.id
  const [moved, kept] = [await add('OLD'), await add('KEPT')]
  const lines = [
    { sku: 'NEW', name: 'New', price: 1, stock: 30 },
    { id: moved, sku: 'MOVED' },
    { id: kept, name: 'Other' },
    ...newLamps(MANY),
    { sku: 'NEW', stock: 40 },
    { sku: 'NEW', stock: 40 },
    { sku: 'OLD', name: 'Next', price: 1, stock: 30 },
    { sku: 'MOVED', stock: 31 },
    { id: kept, name: 'Other' },
    ...newLamps(MANY),
    { sku: 'OLD', name: 'Next' },
    { id: moved, sku: 'OLD' },
    { sku: 'NEW', stock: 40 },
  ]
  const head = await eventLog.head()
  const dry = await importLines(lines, { dryRun: true })
  t.equal(await eventLog.head(), head, 'a dry run changes nothing')
  t.equal(await db.read.product.count(), 2)
  t.same(dry, {
    created: 2 + 2 * MANY,
    updated: 4,
    unchanged: 4,
    failed: 1,
    errors: [{ line: lines.length - 1, path: 'sku', message: 'belongs to another product' }],
  })
  t.same(await importLines(lines), dry)
  t.same(await auditBooks(db), [])
})

t.test(
  'each batch is checked before it is written, and an import that may not go on tells so far',
  async (t) => {
    const { db, importLines } = await importEngine(t)
    for (const allowed of [0, 1, 2]) {
      const before = await db.read.product.count()
      let checks = 0
      const check = () => {
        if (checks++ === allowed)
          throw new Problem(problems.forbidden, 'No longer.', { extra: { why: 'role' } })
      }
      const error = await importLines(newLamps(3_000), { check }).catch((reason) => reason)
      t.match(error, { code: 'forbidden', statusCode: 403, message: 'No longer.', extra: { why: 'role' } })
      const created = (await db.read.product.count()) - before
      if (allowed === 0) t.same([created, 'imported' in error.extra], [0, false], 'nothing was done')
      else t.same(error.extra.imported, { created, updated: 0, unchanged: 0, failed: 0, errors: [] })
      t.equal(created > 0, allowed > 0)
      t.ok(created < 3_000)
    }
  },
)

t.test('an import ends with its client, between two batches', async (t) => {
  const { db, importLines } = await importEngine(t)
  let batches = 0
  const caller = { client: 'a client', gone: () => batches > 0 }
  const check = () => void batches++
  await t.rejects(importLines(newLamps(3_000), { caller, check }), { code: 'client-gone' })
  t.equal(await db.read.product.count(), 0)
  const another = { client: 'a client', gone: () => batches > 2 }
  await t.rejects(importLines(newLamps(3_000), { caller: another, check }), { code: 'client-gone' })
  t.equal(await db.read.product.count(), 200, 'the first batch stays')
})

t.test('what is remembered of an import is its whole report, in the last transaction alone', async (t) => {
  const { importLines } = await importEngine(t)
  const told: string[] = []
  const remember = async (_tx: unknown, report: { created: number }) =>
    void told.push(`end ${report.created}`)
  const renew = async () => void told.push('renewed')
  const lines = newLamps(1_000)
  t.match(await importLines(lines, { remember, renew }), { created: 1_000 })
  t.equal(told.at(-1), 'end 1000')
  t.ok(told.length > 1 && told.slice(0, -1).every((one) => one === 'renewed'), told.join())
  told.length = 0
  t.match(await importLines(newLamps(200), { remember, renew }), { created: 200 })
  t.same(told, ['renewed', 'end 200'], 'also if the last batch has no lines')
})

t.test('a stock above the maximum may stay, and no line sets another one', async (t) => {
  const { db, admin, products, importLines } = await importEngine(t)
  const { id } = (await products.create({ sku: 'LAMP', name: 'Lamp', price: 1, stock: 30 }, admin)).product
  const stock = MAX_STOCK + 5
  await db.write((tx) => tx.product.update({ where: { id }, data: { stock } }))
  const report = await importLines([
    { id, stock, name: 'Other' },
    { sku: 'LAMP', stock: stock - 1 },
    { id, stock: stock + 1, sku: 'LAMP' },
    { id, stock: MAX_STOCK },
  ])
  const fault = { path: 'stock', message: `must be at most ${MAX_STOCK}` }
  t.same(report, {
    created: 0,
    updated: 2,
    unchanged: 0,
    failed: 2,
    errors: [
      { line: 2, ...fault },
      { line: 3, ...fault },
    ],
  })
  t.match(await db.read.product.findUnique({ where: { id } }), { name: 'Other', stock: BigInt(MAX_STOCK) })
})

t.test('a SKU that a line gives up is free for the next line, and one that it keeps is not', async (t) => {
  const { admin, products, importLines } = await importEngine(t)
  const add = async (sku: string | null) =>
    (await products.create({ sku, name: 'Lamp', price: 1, stock: 30 }, admin)).product.id
  const [a, b, c] = [await add('A'), await add('B'), await add(null)]
  const { errors, ...counts } = await importLines([
    { id: a, name: 'Other' },
    { id: c, sku: 'A' },
    { id: a, sku: null },
    { id: c, sku: 'A' },
    { sku: 'A', stock: 31 },
    { id: b, sku: 'A' },
    { id: b, sku: 'X' },
    { sku: 'B', name: 'New', price: 1, stock: 30 },
    { sku: 'X', stock: 32 },
  ])
  t.same(counts, { created: 1, updated: 6, unchanged: 0, failed: 2 })
  t.same(
    errors.map(({ line, path }) => [line, path]),
    [
      [2, 'sku'],
      [6, 'sku'],
    ],
  )
})
