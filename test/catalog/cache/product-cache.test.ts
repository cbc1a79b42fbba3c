import t from 'tap'
import { createProductCache } from '../../../src/catalog/cache/product-cache.js'
import { addItem, engineDb } from '../../helpers/engine-db.js'

async function setup(t: Parameters<typeof engineDb>[0]) {
  const { db } = await engineDb(t)
  const rowOf = async (id: string) => db.read.product.findUniqueOrThrow({ where: { id } })
  const [one, two] = [await rowOf(await addItem(db)), await rowOf(await addItem(db))]
  return { db, cache: createProductCache(db), one, two }
}

t.test('what a reading has read before a change is not kept', async (t) => {
  const { cache, one, two } = await setup(t)
  await cache.reading(async (reading) => {
    cache.forget(one.id)
    t.equal(cache.keep(one, reading).product.id, one.id, 'the reader still gets it')
    cache.keep(two, reading)
  })
  t.equal(cache.peek(one.id), undefined)
  t.ok(cache.peek(two.id))
  await cache.reading(async (reading) => void cache.keep(one, reading))
  t.ok(cache.peek(one.id), 'a later reading is kept')
})

t.test('nothing that was read before all may have changed is kept', async (t) => {
  const { cache, one, two } = await setup(t)
  await cache.reading(async (reading) => {
    cache.keep(one, reading)
    cache.forgetAll()
    cache.keep(two, reading)
  })
  t.same([cache.peek(one.id), cache.peek(two.id)], [undefined, undefined])
})

t.test('a product that is read while it changes is read again', async (t) => {
  const { db, cache, one } = await setup(t)
  for (const forget of [() => cache.forget(one.id), cache.forgetAll]) {
    forget()
    const early = cache.get(one.id)
    forget()
    await db.write((tx) => tx.product.update({ where: { id: one.id }, data: { stock: { increment: 1 } } }))
    const late = await cache.get(one.id)
    const row = await db.read.product.findUniqueOrThrow({ where: { id: one.id } })
    t.equal(late?.product.stock, Number(row.stock))
    await early
    t.equal((await cache.get(one.id))?.product.stock, Number(row.stock), 'the early read replaces nothing')
  }
  await db.write((tx) => tx.product.update({ where: { id: one.id }, data: { deletedAt: new Date() } }))
  cache.forget(one.id)
  t.equal(await cache.get(one.id), undefined)
})
