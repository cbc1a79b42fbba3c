/**
 * Express and Prisma as in a tutorial: the token verified by jsonwebtoken, an interactive transaction per order. At
 * its best: the key is created once, and SQLite uses a write-ahead log. It checks and takes stock and inserts the
 * order into the same schema, but keeps no event log, publishes nothing and hardly validates its input.
 */
import { createSecretKey } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import Database from 'better-sqlite3'
import express, { type NextFunction, type Request, type Response } from 'express'
import jwt from 'jsonwebtoken'
import { databaseFile } from '../../src/db/sqlite/file.js'
import { PrismaClient } from '../../src/generated/sqlite/client.js'
import { newId } from '../../src/ids.js'
import { optionsOf, ready } from '../child.js'

const { databaseUrl, secret } = optionsOf<{ databaseUrl: string; secret: string }>()
const file = databaseFile(databaseUrl)
new Database(file).pragma('journal_mode = WAL') // stored in the file
const prisma = new PrismaClient({
  adapter: new PrismaBetterSqlite3({ url: file }, { timestampFormat: 'unixepoch-ms' }),
})
const key = createSecretKey(Buffer.from(secret))

const app = express()
app.use(express.json())

function authenticate(req: Request, res: Response, next: NextFunction) {
  try {
    const claims = jwt.verify(req.headers.authorization?.replace('Bearer ', '') ?? '', key)
    res.locals.userId = claims.sub
    next()
  } catch {
    res.status(401).json({ message: 'not signed in' })
  }
}

app.post('/orders', authenticate, async (req, res) => {
  const { productId, quantity } = req.body
  const order = await prisma.$transaction(
    async (tx) => {
      const product = await tx.product.findUnique({ where: { id: productId } })
      if (!product || product.stock < quantity) return undefined
      const at = new Date()
      await tx.product.update({
        where: { id: productId },
        data: { stock: { decrement: quantity }, updatedAt: at },
      })
      return tx.order.create({
        data: {
          id: newId(),
          userId: res.locals.userId,
          productId,
          quantity,
          unitPrice: product.price,
          totalPrice: product.price * quantity,
          createdAt: at,
          updatedAt: at,
        },
      })
    },
    { maxWait: 30_000, timeout: 30_000 },
  )
  if (!order) return res.status(409).json({ message: 'there is not enough' })
  res
    .status(201)
    .json({ ...order, unitPrice: order.unitPrice / 100, totalPrice: Number(order.totalPrice) / 100 })
})

const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  ready({ address: `http://127.0.0.1:${port}` }, {}, () => prisma.$disconnect())
})
