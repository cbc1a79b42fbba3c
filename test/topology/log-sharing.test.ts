import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.js'
import type { StockroomEvent } from '../../src/contract/events.js'
import { signIn, testConfig } from '../helpers/app.js'
import { addProduct, auditBooks } from '../helpers/books.js'
import { relayed } from '../helpers/sockets.js'

/** Opens three nodes on one database. */
async function openNodes(t: Test) {
  const config = await testConfig(t, t.testdir())
  const nodes = Array.from({ length: 3 }, () => buildApp(config))
  t.teardown(() => Promise.all(nodes.map((node) => node.close())))
  for (const node of nodes) await node.ready()
  const [first] = nodes
  if (!first) throw new Error('there are no nodes')
  return { nodes, first }
}

const any = <T>(items: T[]) => items[Math.floor(Math.random() * items.length)] as T

t.test(
  '200 buyers at three nodes get exactly 50 units, and every node delivers all events in order',
  async (t) => {
    const { nodes, first } = await openNodes(t)
    const { headers } = await signIn(first)
    const heard = nodes.map((node) => {
      const events: StockroomEvent[] = []
      node.relay.subscribe((more) => events.push(...more))
      return events
    })
    const products = await Promise.all([20, 20, 10].map((stock) => addProduct(first, { stock })))
    const payload = () => ({ productId: any(products), quantity: 1 })
    const buy = () => any(nodes).inject({ method: 'POST', url: '/orders', headers, payload: payload() })
    const statuses = (await Promise.all(Array.from({ length: 200 }, buy))).map(({ statusCode }) => statusCode)
    t.same(new Set(statuses), new Set([201, 409]))
    const left = await first.db.read.product.aggregate({ _sum: { stock: true } })
    t.equal(statuses.filter((status) => status === 201).length, 50 - Number(left._sum.stock))
    t.same(await auditBooks(first.db), [])

    for (const [i, node] of nodes.entries()) {
      await relayed(node)
      t.same(
        heard[i]?.map(({ offset }) => offset),
        Array.from({ length: await node.eventLog.head() }, (_, n) => n + 1),
      )
    }
  },
)

t.test(
  'one key used concurrently at three nodes creates one order, also with different bodies',
  async (t) => {
    const { nodes, first } = await openNodes(t)
    const { headers } = await signIn(first)
    const products = [await addProduct(first), await addProduct(first)]
    const use = (key: string, product: number) =>
      nodes.map((node) =>
        node.inject({
          method: 'POST',
          url: '/orders',
          headers: { ...headers, 'idempotency-key': key },
          payload: { productId: products[product], quantity: 1 },
        }),
      )
    for (let round = 0; round < 10; round++) {
      const same = await Promise.all(use(`same ${round}`, 0))
      t.equal(new Set(same.map((answer) => answer.json().id)).size, 1)
      const other = await Promise.all([...use(`other ${round}`, 0), ...use(`other ${round}`, 1)])
      const made = other.filter(({ statusCode }) => statusCode === 201)
      t.equal(new Set(made.map((answer) => answer.json().id)).size, 1)
      t.ok(other.every(({ statusCode }) => statusCode === 201 || statusCode === 422))
    }
    t.equal(await first.db.read.order.count(), 20)
    t.same(await auditBooks(first.db), [])
  },
)

t.test('a key with a trailing blank differs from the key without it', async (t) => {
  const { first } = await openNodes(t)
  const { headers } = await signIn(first)
  const productId = await addProduct(first)
  const order = (key: string) =>
    first.inject({
      method: 'POST',
      url: '/orders',
      headers: { ...headers, 'idempotency-key': key },
      payload: { productId, quantity: 1 },
    })
  const answers = [await order('"cart"'), await order('"cart "'), await order('"Cart"'), await order('cart')]
  t.same(
    answers.map(({ statusCode }) => statusCode),
    [201, 201, 201, 201],
  )
  const ids = answers.map((answer) => answer.json().id)
  t.equal(new Set(ids).size, 3)
  t.equal(ids[3], ids[0])
})
