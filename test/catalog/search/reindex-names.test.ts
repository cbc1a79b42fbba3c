import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { App } from '../../../src/app.js'
import { reindexNames } from '../../../src/catalog/search/reindex-names.js'
import { signatureOf } from '../../../src/catalog/search/signatures.js'
import type { Db } from '../../../src/db/db.js'
import { openDb } from '../../../src/db/open.js'
import { NAME_RULES, sortKeyOf, termsOf } from '../../../src/search/tokenize.js'
import { build, signIn, testConfig } from '../../helpers/app.js'
import { databaseOf } from '../../helpers/database.js'
import { startServer } from '../../helpers/process.js'
import { withShop } from '../../helpers/shop-history.js'

/** The first rules: every mark was dropped; only case, compatibility forms and marks were folded. */
const foldAtFirst = (text: string) =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
const termsAtFirst = (name: string) => [
  ...new Set(foldAtFirst(name).match(/(?=[\p{L}\p{N}])\p{sc=Han}|(?:(?!\p{sc=Han})[\p{L}\p{N}])+/gu) ?? []),
]

const NAMES = ['Łódź lamp', 'パンダ', 'ハンダごて', 'soft\u00ADshell', 'Oak desk', 'केला']
const nameOf = (i: number) => `${NAMES[i % NAMES.length]} ${i}`

/** Adds products, indexed as by the first version, without signatures. */
async function addAsAtFirst(app: App, count: number): Promise<void> {
  const { id: userId } = await signIn(app, 'admin')
  for (let i = 0; i < count; i++)
    await app.catalog.create({ name: nameOf(i), price: 1, stock: 1 }, { userId })
  await asAtFirst(app.db)
}

async function asAtFirst(db: Db): Promise<void> {
  const products = await db.read.product.findMany({ where: { deletedAt: null } })
  await db.write(async (tx) => {
    await tx.productTerm.deleteMany()
    await tx.productTerm.createMany({
      data: products.flatMap(({ id, name }) =>
        termsAtFirst(name).map((term) => ({ term, productId: id, signature: -1n })),
      ),
    })
    for (const { id, name } of products)
      await tx.product.update({ where: { id }, data: { nameSort: foldAtFirst(name) } })
    await tx.nameIndex.updateMany({ data: { rules: 1, position: '~' } })
  })
}

const stateOf = async ({ read }: Db) =>
  (await read.nameIndex.findMany()).map(({ rules, position }) => [rules, position])

/** Waits until a step is committed. */
async function untilBegun(db: Db): Promise<void> {
  for (let state = ''; state === '' || state === '1,~' || state === `${NAME_RULES},`; await sleep(1))
    state = String(await stateOf(db))
}

async function untilIndexed(db: Db): Promise<void> {
  while (String(await stateOf(db)) !== `${NAME_RULES},~`) await sleep(5)
}

/** Counts the products indexed by the current rules; the others must follow the first ones. */
async function upToDate(t: Test, { read }: Db): Promise<number> {
  const products = await read.product.findMany({ where: { deletedAt: null }, include: { terms: true } })
  let right = 0
  for (const { name, nameSort, terms } of products) {
    const words = termsOf(name)
    const found = terms.map(({ term, signature }) => `${term} ${signature}`).sort()
    const wanted = words.map((word) => `${word} ${signatureOf(words)}`).sort()
    const old = termsAtFirst(name).map((word) => `${word} -1`)
    const isNew = found.join() === wanted.join() && nameSort === sortKeyOf(name)
    if (isNew) right++
    else t.same([found, nameSort], [old.sort(), foldAtFirst(name)], `${name} is unchanged`)
  }
  return right
}

const ITSELF = new AbortController().signal

t.test('a start reindexes the names written by an older version', async (t) => {
  const config = await testConfig(t, t.testdir())
  let before: unknown
  const list = async ({ db }: App) =>
    db.read.product.findMany({ orderBy: { id: 'asc' }, omit: { nameSort: true } })
  await withShop(config, async (app) => {
    t.same(await stateOf(app.db), [[NAME_RULES, '~']], 'a new shop needs no reindexing')
    await addAsAtFirst(app, 14)
    before = await list(app)
    t.equal(await upToDate(t, app.db), 0)
  })
  await withShop(config, async (app) => {
    await untilIndexed(app.db)
    t.equal(await upToDate(t, app.db), 14)
    t.same(await list(app), before, 'the products are unchanged, in the same version')
    const found = async (q: string) =>
      (await app.inject({ url: '/products', query: { q, sort: 'createdAt' } }))
        .json()
        .items.map(({ name }: { name: string }) => name)
    t.same(await found('lodz'), [nameOf(0), nameOf(6), nameOf(12)])
    t.same(await found('パンダ'), [nameOf(1), nameOf(7), nameOf(13)])
    t.same(await found('softshell'), [nameOf(3), nameOf(9)])
  })
})

t.test('reindexing resumes after an interruption, and several processes share it', async (t) => {
  const app = await build(t)
  const COUNT = 130
  await addAsAtFirst(app, COUNT)
  const ending = new AbortController()
  const first = reindexNames(app.db, ending.signal)
  await untilBegun(app.db)
  ending.abort()
  const done = await first
  t.ok(done > 0 && done < COUNT, `${done} were written before the interruption`)
  t.equal(await upToDate(t, app.db), done, 'no other is partly written')

  const other = await openDb(app.config.databaseUrl)
  const [here = 0, there = 0] = await Promise.all([app.db, other].map((db) => reindexNames(db, ITSELF)))
  await other.close()
  t.equal(done + here + there, COUNT, 'each is written once')
  t.equal(await upToDate(t, app.db), COUNT)
  t.equal(await reindexNames(app.db, ITSELF), 0, 'nothing is left to do')
})

t.test('a product renamed or deleted during reindexing stays so', async (t) => {
  const app = await build(t)
  await addAsAtFirst(app, 3)
  const { id: userId } = await signIn(app, 'admin')
  const [one, two] = await app.db.read.product.findMany({ orderBy: { id: 'asc' } })
  const productTerm = new Proxy(app.db.read.productTerm, {
    get: (target, name) => async (args: never) => {
      const rows = await Reflect.get(target, name)(args)
      // Between the read and the write.
      await app.catalog.update(one?.id ?? '', { name: 'Ørsted chair' }, { userId })
      await app.catalog.remove(two?.id ?? '', { userId })
      return rows
    },
  })
  const read = new Proxy(app.db.read, {
    get: (target, name) => (name === 'productTerm' ? productTerm : Reflect.get(target, name)),
  })
  t.equal(await reindexNames({ ...app.db, read, steps: app.db.steps }, ITSELF), 1)
  t.equal(await upToDate(t, app.db), 2)
  t.same(
    (await app.db.read.productTerm.findMany({ where: { productId: one?.id ?? '' } }))
      .map(({ term }) => term)
      .sort(),
    ['chair', 'orsted'],
  )
  t.equal(await app.db.read.productTerm.count({ where: { productId: two?.id ?? '' } }), 0)
})

t.test('a process that is killed while reindexing leaves no product half indexed', async (t) => {
  const dir = t.testdir()
  const config = await testConfig(t, dir, { databaseUrl: await databaseOf(t, dir, 'shop.db') })
  const COUNT = 600
  await withShop(config, (app) => addAsAtFirst(app, COUNT))
  const db = await openDb(config.databaseUrl)
  t.teardown(() => db.close())
  const env = { DATABASE_URL: config.databaseUrl, JWT_SECRET: 'x'.repeat(32) }
  const server = await startServer(t, dir, env)
  await untilBegun(db)
  await server.stop('SIGKILL')
  // A database server may notice the kill late; the dead process's open transaction still locks this row.
  await db.write((tx) => tx.nameIndex.updateMany({ data: { rules: NAME_RULES } }))
  const done = await upToDate(t, db)
  t.ok(done > 0 && done < COUNT, `${done} were indexed before the kill`)
  const again = await startServer(t, dir, env)
  await untilIndexed(db)
  t.equal(await upToDate(t, db), COUNT)
  await again.stop()
})
