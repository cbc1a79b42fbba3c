import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import t from 'tap'
import { databaseFile } from '../../../src/db/sqlite/file.js'
import { build, signIn } from '../../helpers/app.js'
import { addProduct } from '../../helpers/books.js'
import { onServer } from '../../helpers/database.js'

const MIB = 1024 * 1024

t.test(
  'the write-ahead log shrinks again after a long read has let it grow',
  { skip: onServer },
  async (t) => {
    const app = await build(t)
    const admin = await signIn(app, 'admin')
    const file = databaseFile(app.config.databaseUrl)
    const size = () => statSync(`${file}-wal`).size
    const reader = new Database(file, { readonly: true })
    t.teardown(() => reader.close())
    reader.exec('BEGIN')
    reader.prepare('SELECT COUNT(*) FROM products').get()
    while (size() < 10 * MIB)
      await app.db.write(async (tx) => {
        const at = new Date()
        const data = Array.from({ length: 500 }, (_, i) => {
          const id = `${size()}-${i}-${'x'.repeat(500)}`
          return { id, name: id, nameSort: id, price: 1, stock: 1, createdAt: at, updatedAt: at }
        })
        await tx.product.createMany({ data })
      })
    t.ok(size() >= 10 * MIB)
    reader.exec('COMMIT')
    while (size() > 4 * MIB) await sleep(100)
    const productId = await addProduct(app)
    const order = { method: 'POST', url: '/orders', ...admin, payload: { productId, quantity: 1 } } as const
    t.equal((await app.inject(order)).statusCode, 201)
  },
)

t.test('the write-ahead log is truncated to its size limit', { skip: onServer }, async (t) => {
  const app = await build(t)
  const [row] = await app.db.write((tx) =>
    tx.$queryRawUnsafe<{ journal_size_limit: bigint }[]>('PRAGMA journal_size_limit'),
  )
  t.equal(Number(row?.journal_size_limit), 64 * MIB)
})
