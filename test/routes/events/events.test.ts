import t from 'tap'
import { build, signIn } from '../../helpers/app.js'

t.test('admins read the log from any offset, in order', async (t) => {
  const app = await build(t)
  const { id: userId, headers } = await signIn(app, 'admin')
  const empty = (await app.inject({ url: '/events', headers })).json()
  t.match(empty, { items: [], epoch: /.{8}/ })
  for (let i = 1; i <= 5; i++) await app.catalog.create({ name: `Mug ${i}`, price: i, stock: i }, { userId })

  const read = async (query: Record<string, string>) => {
    const answer = await app.inject({ url: '/events', headers, query })
    return answer.json<{ items: { offset: number; type: string; data: { name: string } }[]; epoch: string }>()
  }
  const all = await read({})
  t.equal(all.epoch, empty.epoch)
  t.same(
    all.items.map((event) => [event.offset, event.type, event.data.name]),
    [1, 2, 3, 4, 5].map((i) => [i, 'product:created', `Mug ${i}`]),
  )
  t.same((await read({ after: '1', limit: '2' })).items, all.items.slice(1, 3))
  t.same((await read({ after: '5' })).items, [])
  t.same((await read({ after: '9007199254740991', limit: '1000' })).items, [])
  const { items } = (await app.catalog.list({ sort: 'name', limit: 1 })).list
  t.same(all.items[0]?.data, items[0], 'data is the whole product')
})

t.test('others cannot read the log, and an invalid range is refused', async (t) => {
  const app = await build(t)
  const { headers: admin } = await signIn(app, 'admin')
  const { headers: customer } = await signIn(app)
  t.match(await app.inject('/events'), { statusCode: 401 })
  t.match(await app.inject({ url: '/events', headers: customer }), { statusCode: 403 })
  for (const [query, path] of [
    ['after=-1', 'after'],
    ['after=x', 'after'],
    ['after=9007199254740993', 'after'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
  ])
    t.match((await app.inject({ url: `/events?${query}`, headers: admin })).json(), {
      status: 400,
      errors: [{ path }],
    })
})
