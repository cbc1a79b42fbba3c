import type { Test } from 'tap'
import { type App, buildApp } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import type { EventRow } from '../../src/db/dialect.js'
import { newId } from '../../src/ids.js'
import { originColumns, originOfUser } from '../../src/stream/origin.js'
import { testConfig } from './app.js'

const CHUNK = 1_000
const PRODUCTS = Array.from({ length: 50 }, newId)

/** Returns the log rows of an order: its creation and the resulting stock. */
export function orderEvents(userId: string, n: number): EventRow[] {
  const productId = PRODUCTS[n % PRODUCTS.length] ?? ''
  const at = new Date(n).toISOString()
  const by = originColumns(originOfUser(userId))
  const order = { id: newId(), userId, productId, quantity: 1, unitPrice: 24.5, totalPrice: 24.5 }
  return [
    {
      type: 'order:created',
      userId,
      data: JSON.stringify({ ...order, status: 'pending', createdAt: at, updatedAt: at }),
      ...by,
    },
    { type: 'stock:changed', userId: null, data: JSON.stringify({ productId, stock: 1_000_000 - n }), ...by },
  ]
}

/** Appends `rows` to the log without making the changes they describe. */
export async function appendRows(app: App, rows: EventRow[]): Promise<void> {
  for (let i = 0; i < rows.length; i += CHUNK)
    await app.db.write((tx) => app.db.dialect.appendEvents(tx, rows.slice(i, i + CHUNK), Date.now()))
}

/** Builds an application on a log of `events` events, half of them orders by `userId`. */
export async function buildOn(t: Test, events: number, changes: Partial<Config> = {}) {
  const userId = newId()
  const config = await testConfig(t, t.testdir(), changes)
  const before = buildApp(config)
  await before.ready()
  await appendRows(before, Array.from({ length: events / 2 }, (_, n) => orderEvents(userId, n)).flat())
  await before.close()
  const app = buildApp(config)
  t.teardown(() => app.close())
  await app.ready()
  return { app, userId, epoch: await app.eventLog.epoch() }
}
