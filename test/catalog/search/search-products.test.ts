import t, { type Test } from 'tap'
import { addProducts } from '../../../src/catalog/add-products.js'
import { reindexNames } from '../../../src/catalog/search/reindex-names.js'
import { createProductFinder } from '../../../src/catalog/search/search-products.js'
import { signatureOf } from '../../../src/catalog/search/signatures.js'
import { sortNames } from '../../../src/catalog/search/sort-and-cursor.js'
import type { Db } from '../../../src/db/db.js'
import { migrate, openDb } from '../../../src/db/open.js'
import { termsOf } from '../../../src/search/tokenize.js'
import { signIn, testConfig } from '../../helpers/app.js'
import { shop, TINY } from '../../helpers/catalog.js'
import { withShop } from '../../helpers/shop-history.js'

/** Asserts that a search finds products with exactly these names, in every order and with every plan. */
async function finds(t: Test, db: Db, q: string, names: string[]): Promise<void> {
  for (const find of [createProductFinder(db), createProductFinder(db, TINY)])
    for (const sort of sortNames)
      for (const page of [undefined, 1]) {
        const { rows, total = rows.length } = await find({ q, sort, limit: 20, page })
        const shown = rows.map(({ name }) => name).sort()
        t.same([total, shown], [names.length, names.toSorted()], `${q}: ${sort}, page ${page}`)
      }
}

/** Returns the names with a missing or wrong signature in the index. */
async function unsigned({ read }: Db): Promise<string[]> {
  const rows = await read.productTerm.findMany({ include: { product: true } })
  const names = rows
    .filter(({ product, signature }) => Number(signature) !== signatureOf(termsOf(product.name)))
    .map(({ product }) => product.name)
  return [...new Set(names)]
}

t.test('every write of a name writes its signature', async (t) => {
  const { app, add, change } = await shop(t)
  const { id } = await add('Walnut desk', 1, 1)
  await add('東京 café, 40 cm', 1, 1)
  const many = ['Blue linen cushion', 'Oak'].map((name) => ({ name, price: 1, stock: 1 }))
  await addProducts(app.db, app.eventLog, many, change.userId)
  t.same(await unsigned(app.db), [])
  await app.catalog.update(id, { name: 'Walnut desk lamp' }, change)
  t.same(await unsigned(app.db), [], 'a new name gets a new signature')
  t.equal(await app.db.read.productTerm.count(), 3 + 5 + 3 + 1)
  await finds(t, app.db, 'lamp walnut', ['Walnut desk lamp'])
  await finds(t, app.db, 'cafe 東', ['東京 café, 40 cm'])
})

t.test('a signature that matches by chance does not put a product in the results', async (t) => {
  const { app, add } = await shop(t)
  const bits = BigInt(signatureOf(['oak', 'lamp']))
  const alike = Array.from({ length: 10_000 }, (_, i) => `word${i}`).find((word) => {
    const mask = BigInt(signatureOf([word]))
    return (bits & mask) === mask
  })
  t.ok(alike, 'such a word exists')
  for (let i = 0; i < 6; i++) await add('Oak lamp', i, 1)
  await add(`${alike} lamp`, 1, 1)
  await add(`Oak ${alike}`, 1, 1)
  await finds(t, app.db, `lamp ${alike}`, [`${alike} lamp`])
  await finds(t, app.db, `oak ${alike}`, [`Oak ${alike}`])
})

t.test('a scan in sort order skips products by their signatures', async (t) => {
  const { app, add } = await shop(t)
  const { id } = await add('Oak lamp', 1, 1)
  await add('Oak lamp, blue', 1, 1)
  await finds(t, app.db, 'oak lamp', ['Oak lamp', 'Oak lamp, blue'])
  // A wrong signature, to prove it is checked.
  await app.db.write((tx) => tx.productTerm.updateMany({ where: { productId: id }, data: { signature: 0n } }))
  const { rows } = await createProductFinder(app.db)({ q: 'oak lamp', sort: 'createdAt', limit: 20 })
  t.same(
    rows.map(({ name }) => name),
    ['Oak lamp, blue'],
  )
})

/** Reverts a database to the schema without signatures. */
async function unsign(url: string): Promise<void> {
  const db = await openDb(url)
  for (const statement of [
    'ALTER TABLE product_terms DROP COLUMN signature',
    'DROP TABLE name_index',
    `DELETE FROM _prisma_migrations WHERE migration_name IN ('${MIGRATIONS.join("', '")}')`,
  ])
    await db.write((tx) => tx.$executeRawUnsafe(statement))
  await db.close()
}

const MIGRATIONS = ['20261123010000_term_signature', '20261126020000_name_index']

t.test('names without a signature are found, and are given one by reindexing', async (t) => {
  const config = await testConfig(t, t.testdir())
  const names = ['Walnut desk', 'Walnut shelf', 'Oak desk']
  await withShop(config, async (app) => {
    const { id: userId } = await signIn(app, 'admin')
    for (const name of names) await app.catalog.create({ name, price: 1, stock: 1 }, { userId })
  })
  await unsign(config.databaseUrl)
  t.same(await migrate(config.databaseUrl), MIGRATIONS)
  const db = await openDb(config.databaseUrl)
  t.same((await unsigned(db)).sort(), names.toSorted())
  await finds(t, db, 'desk walnut', ['Walnut desk'])
  await finds(t, db, 'walnut', ['Walnut desk', 'Walnut shelf'])
  await reindexNames(db, new AbortController().signal)
  t.same(await unsigned(db), [])
  await finds(t, db, 'desk walnut', ['Walnut desk'])
  await db.close()
})
