import t from 'tap'
import type { App } from '../../../src/app.js'
import { reindexNames } from '../../../src/catalog/search/reindex-names.js'
import { openDb } from '../../../src/db/open.js'
import { NAME_RULES } from '../../../src/search/tokenize.js'
import { build, signIn, testConfig } from '../../helpers/app.js'
import {
  addAsAtFirst,
  nameOf,
  stateOf,
  untilBegun,
  untilIndexed,
  upToDate,
} from '../../helpers/first-rules.js'
import { withShop } from '../../helpers/shop-history.js'

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
