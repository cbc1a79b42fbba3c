import t from 'tap'
import { auditBooks } from '../../helpers/books.js'
import { eventsOf, shop } from '../../helpers/shop.js'

t.test('of 100 concurrent adjustments by -1 on a stock of 60, 60 succeed', async (t) => {
  const { app, call, add } = await shop(t)
  const { id } = await add({ stock: 60 })
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => call('POST', `/products/${id}/stock-adjustments`, { delta: -1 })),
  )
  const count = (status: number) => answers.filter((answer) => answer.statusCode === status).length
  t.same([count(200), count(409)], [60, 40])
  t.equal((await app.inject(`/products/${id}`)).json().stock, 0)
  t.same(await auditBooks(app.db), [])
  const low = (await eventsOf(app)).filter((event) => event.type === 'stock:low')
  t.same(low, [{ type: 'stock:low', data: { productId: id, stock: 10, threshold: 10 } }], 'one event')
})

t.test('a stale or malformed If-Match prevents a change', async (t) => {
  const { app, call, add } = await shop(t)
  const { id } = await add()
  await call('PATCH', `/products/${id}`, { stock: 6 })
  const log = app.eventLog.epochTag()
  const tag = (version: number) => `"${log}-${version}"`
  const stale = [
    tag(1),
    `${tag(1)}, ${tag(3)}`,
    `W/${tag(2)}`,
    `${log}-2`,
    `"${log}-2`,
    '',
    '"*"',
    `${tag(1)} ${tag(2)}`,
    '"2"',
    '"00000000-2"',
  ]
  for (const header of stale) {
    const headers = { 'if-match': header }
    t.match((await call('PATCH', `/products/${id}`, { stock: 1 }, headers)).json(), {
      status: 412,
      type: /precondition-failed$/,
    })
    t.match(await call('DELETE', `/products/${id}`, undefined, headers), { statusCode: 412 }, header)
    const adjusting = call('POST', `/products/${id}/stock-adjustments`, { delta: 1 }, headers)
    t.match(await adjusting, { statusCode: 412 })
  }
  for (const [i, header] of [tag(2), `${tag(1)}, ${tag(3)}`, '*', ` ${tag(1)} ,${tag(5)} `].entries()) {
    const answer = await call('PATCH', `/products/${id}`, { stock: i }, { 'if-match': header })
    t.match(answer, { statusCode: 200, headers: { etag: tag(i + 3) } }, header)
  }
})

t.test(
  'over a socket, ETags avoid a second transfer, and one of two concurrent changes succeeds',
  async (t) => {
    const { app, admin, add } = await shop(t)
    const { id } = await add()
    const url = `${await app.listen({ port: 0 })}/products/${id}`
    const first = await fetch(url)
    const etag = first.headers.get('etag') ?? ''
    await first.json()
    const fresh = ['*', etag, `W/${etag}`, `"0", ${etag}`]
    for (const header of fresh) {
      const again = await fetch(url, { headers: { 'if-none-match': header } })
      t.match([again.status, again.headers.get('etag'), await again.text()], [304, etag, ''], header)
      for (const method of ['GET', 'HEAD']) {
        const { headers } = await fetch(url, { method, headers: { 'if-none-match': header } })
        t.equal(headers.get('content-length'), null, 'otherwise the length of the product')
      }
    }
    for (const header of ['"0"', 'W/"0"', 'nonsense', '1']) {
      const again = await fetch(url, { headers: { 'if-none-match': header } })
      t.equal(again.status, 200, header)
      await again.json()
    }
    const head = await fetch(url, { method: 'HEAD' })
    t.same([head.status, head.headers.get('etag')], [200, etag])

    const rival = (price: number) =>
      fetch(url, {
        method: 'PATCH',
        headers: { ...admin, 'content-type': 'application/json', 'if-match': etag },
        body: JSON.stringify({ price }),
      })
    const answers = await Promise.all([rival(1), rival(2)])
    t.same(answers.map((answer) => answer.status).sort(), [200, 412])
    const winner = (await answers.find((answer) => answer.ok)?.json()) as { price: number }
    const now = await fetch(url, { headers: { 'if-none-match': etag } })
    t.same([now.status, ((await now.json()) as { price: number }).price], [200, winner.price])
  },
)
