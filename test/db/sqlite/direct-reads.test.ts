import t from 'tap'
import { join, sql } from '../../../src/db/sql.js'
import { build, signIn } from '../../helpers/app.js'
import { addProduct } from '../../helpers/books.js'
import { onServer } from '../../helpers/database.js'

t.test('raw reads return the values that Prisma returns', { skip: onServer }, async (t) => {
  const app = await build(t)
  const { db } = app
  await signIn(app, 'admin')
  const id = await addProduct(app, { price: 1_250 })
  const product = await db.read.product.findUniqueOrThrow({ where: { id } })
  const byPrisma: typeof db.read = Object.getPrototypeOf(db.read)
  t.not(db.read.$queryRaw, byPrisma.$queryRaw)
  const queries = [
    sql`SELECT * FROM products`,
    sql`SELECT * FROM event_counter`,
    sql`SELECT COUNT(*) AS n, SUM(price) AS sum, MAX(created_at) AS last, NULL AS empty FROM products`,
    sql`SELECT 1.5 AS half, 5000000000 AS large, 'text' AS text, price > 1000 AS dear FROM products`,
    sql`SELECT name AS a, price AS a FROM products`,
    sql`SELECT name FROM products WHERE id = ''`,
    sql`SELECT created_at AS at FROM products WHERE created_at = ${product.createdAt}`,
    sql`SELECT name FROM products WHERE id IN (${join([product.id, 'another'])}) AND price = ${1_250n} AND ${true}`,
    sql`SELECT * FROM users`,
  ]
  for (const query of queries) {
    const expected = await byPrisma.$queryRaw(query)
    t.strictSame(await db.read.$queryRaw(query), expected, query.sql)
    t.strictSame(await db.read.$queryRawUnsafe(query.sql, ...query.values), expected)
    t.strictSame(await db.read.$queryRaw(query), expected, 'again, by the prepared statement')
  }
  t.strictSame(
    await db.read.$queryRaw`SELECT ${'a'} AS text`,
    await byPrisma.$queryRaw`SELECT ${'a'} AS text`,
  )
})
