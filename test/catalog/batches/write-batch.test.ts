import t, { type Test } from 'tap'
import { createBatchWriter } from '../../../src/catalog/batches/write-batch.js'
import type { Db } from '../../../src/db/db.js'
import { addUser, engineDb } from '../../helpers/engine-db.js'

/** Creates a writer of a new lamp whose SKU others take in the first `times` attempts. */
async function contended(t: Test, times: number, code = 'P2002') {
  const { db, eventLog } = await engineDb(t)
  let attempts = 0
  const rivals: Db = {
    ...db,
    write: async (work) => {
      if (attempts++ < times) throw Object.assign(new Error('taken'), { code })
      return db.write(work)
    },
  }
  const write = createBatchWriter({ db: rivals, eventLog })
  const actor = { userId: await addUser(db, 'admin') }
  return {
    attempts: () => attempts,
    add: () =>
      write({
        names: [{ sku: 'LAMP' }],
        context: { actor, lowStockThreshold: 10 },
        plan: (batch) => batch.create({ sku: 'LAMP', name: 'Lamp', price: 1, stock: 30 }).product.stock,
      }),
  }
}

t.test('a batch whose SKUs others take is tried five times', async (t) => {
  const four = await contended(t, 4)
  t.match(await four.add(), { result: 30, announced: 1 })
  t.equal(four.attempts(), 5)
  const five = await contended(t, 5)
  await t.rejects(five.add(), { message: 'taken' })
  t.equal(five.attempts(), 5)
})

t.test('a batch that fails otherwise is not tried again', async (t) => {
  const { add, attempts } = await contended(t, 1, 'P9999')
  await t.rejects(add(), { message: 'taken' })
  t.equal(attempts(), 1)
})
