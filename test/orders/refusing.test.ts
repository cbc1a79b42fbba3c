import { Writable } from 'node:stream'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { signIn, testConfig } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'
import { order, tally } from '../helpers/orders.js'

t.test('a full queue refuses an order without reading it, counts it, and logs little', async (t) => {
  const lines: Record<string, unknown>[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      for (const line of String(chunk).trim().split('\n')) lines.push(JSON.parse(line))
      done()
    },
  })
  const config = await testConfig(t, t.testdir(), { orderQueueMax: 5, orderBatchMax: 1 })
  const app = buildApp(config, { level: 'info', stream })
  t.teardown(() => app.close())
  await app.ready()
  const { headers } = await signIn(app)
  const productId = await addProduct(app)
  const buy = () => order(app, headers, { productId, quantity: 1 })
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const write = app.db.writeRaw
  let begun = false
  app.db.writeRaw = async (work, lane) => {
    begun = true
    await gate
    return write(work, lane)
  }
  const inFlight = buy()
  while (!begun) await new Promise((resolve) => setTimeout(resolve, 5))
  const waiting = Array.from({ length: 5 }, buy)
  while (app.orders.waiting() < 5) await new Promise((resolve) => setTimeout(resolve, 5))
  lines.length = 0

  const refused = await Promise.all(Array.from({ length: 400 }, buy))
  t.same(tally(refused), { 503: 400 })
  t.match(refused[0], { headers: { 'retry-after': '1' } })
  t.match(refused[0]?.json(), { type: '/problems/overloaded' })
  t.equal((await order(app, headers, { quantity: 'none' })).statusCode, 503, 'the body was not validated')
  t.equal((await order(app, {}, { productId })).statusCode, 401)
  t.match((await app.inject('/metrics')).body, /orders_refused_total 401\n/)
  while (!lines.some(({ refused }) => refused)) await new Promise((resolve) => setTimeout(resolve, 50))
  const told = lines.filter(({ code, refused }) => refused || code === 'overloaded')
  t.ok(told.length <= 10, `${told.length} lines`)
  t.notOk(told.some((line) => 'err' in line))

  open()
  t.same(tally(await Promise.all([inFlight, ...waiting])), { 201: 6 })
  t.equal((await buy()).statusCode, 201)
})
