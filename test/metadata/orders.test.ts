import t from 'tap'
import { readRecord } from '../../src/csv/read-csv.js'
import { noRateLimits, signIn } from '../helpers/app.js'
import { eventsOf, shop } from '../helpers/shop.js'

const GIFT = { gift: true, card: { text: 'Alles Gute; "Ada", 🪑', lines: [1, 2.5, null] } }

t.test(
  'the metadata of an order is in its views, its event, exports and the export of its customer',
  async (t) => {
    const { app, call, add } = await shop(t, noRateLimits)
    const { headers: buyer, id: userId } = await signIn(app, 'customer')
    const { id: productId } = await add()
    const placed = await call('POST', '/orders', { productId, quantity: 1, metadata: GIFT }, buyer)
    t.equal(placed.statusCode, 201)
    const order = placed.json()
    t.same(order.metadata, GIFT)
    const get = async (url: string, headers = {}) => (await call('GET', url, undefined, headers)).json()
    for (const [way, found] of [
      ['its customer', await get(`/orders/${order.id}`, buyer)],
      ["its customer's list", (await get('/orders', buyer)).items[0]],
      ['an admin', await get(`/orders/${order.id}`)],
      ['a search', (await get('/orders?scope=all&q=lamp&sort=-totalPrice')).items[0]],
      ['a list of one account', (await get(`/orders?userId=${userId}`)).items[0]],
      ['the event', (await eventsOf(app)).findLast(({ type }) => type === 'order:created')?.data],
      ['NDJSON', JSON.parse((await call('GET', '/orders/export?format=ndjson')).body)],
    ] as const)
      t.same(found, order, way)
    const [names = '', cells = ''] = (await call('GET', '/orders/export')).body.split('\r\n')
    const column = names.split(',').indexOf('metadata')
    t.same(JSON.parse(readRecord(cells, ',')?.[column] ?? ''), GIFT, 'CSV')
    t.same((await get('/auth/me/export', buyer)).orders[0].metadata, GIFT)
  },
)

t.test('every order of a checkout has its metadata', async (t) => {
  const { app, call, add } = await shop(t, noRateLimits)
  const items = [
    { productId: (await add()).id, quantity: 1 },
    { productId: (await add()).id, quantity: 2 },
  ]
  const { id, orders } = (await call('POST', '/checkouts', { items, metadata: GIFT })).json()
  t.same(
    orders.map(({ metadata }: { metadata: object }) => metadata),
    [GIFT, GIFT],
  )
  t.same((await call('GET', `/checkouts/${id}`)).json().orders, orders)
  t.same((await call('PATCH', `/checkouts/${id}`, { status: 'confirmed' })).json().orders[1].metadata, GIFT)
  const events = await eventsOf(app)
  t.equal(events.filter(({ data }) => JSON.stringify(data).includes('Alles Gute')).length, 4)
})

t.test(
  'admins and staff replace the metadata of an order, which is an event without a new status',
  async (t) => {
    const { app, call, add } = await shop(t, noRateLimits)
    const { headers: buyer } = await signIn(app, 'customer')
    const { headers: staff, id: staffId } = await signIn(app, 'staff')
    const { id: productId } = await add()
    const { id } = (
      await call('POST', '/orders', { productId, quantity: 1, metadata: { a: 1, b: 2 } }, buyer)
    ).json()
    const read = await call('GET', `/orders/${id}`)
    const change = (payload: object, headers: object = staff) =>
      call('PATCH', `/orders/${id}`, payload, headers as Record<string, string>)
    t.equal((await change({ metadata: {} }, buyer)).statusCode, 403)

    const offset = await app.eventLog.head()
    const moved = await change({ metadata: { c: 3 } }, { ...staff, 'if-match': String(read.headers.etag) })
    t.equal(moved.statusCode, 200, moved.body)
    t.same(moved.json().metadata, { c: 3 }, 'replaced, not merged')
    t.equal(
      (await change({ metadata: {} }, { ...staff, 'if-match': String(read.headers.etag) })).statusCode,
      412,
    )
    await change({ metadata: { c: 3 } })
    await change({ status: 'confirmed', metadata: { d: 4 } })
    await change({ note: 'Ring twice', metadata: { e: 5 } })
    await change({ note: 'Ring once' })
    await change({ metadata: null })
    const events = (await app.eventLog.read(offset, 100)).map(({ data }) => data)
    t.match(
      events,
      [
        { status: 'pending', metadata: { c: 3 }, cause: 'metadata' },
        { status: 'confirmed', metadata: { d: 4 }, cause: undefined },
        { status: 'confirmed', metadata: { e: 5 }, note: 'Ring twice', cause: 'note' },
        { status: 'confirmed', metadata: { e: 5 }, note: 'Ring once', cause: 'note' },
        { status: 'confirmed', metadata: null, note: 'Ring once', cause: 'metadata' },
      ],
      'the same metadata again is no change',
    )
    t.equal(events.length, 5)
    t.same((await call('GET', `/orders/${id}`)).json().metadata, null)

    const { items } = (await call('GET', `/orders/${id}/history`)).json()
    t.same(
      items.map(({ at: _at, actor: _actor, ...rest }: Record<string, unknown>) => rest),
      [
        { status: 'pending' },
        { status: 'pending', cause: 'metadata' },
        { status: 'confirmed' },
        { status: 'confirmed', note: 'Ring twice' },
        { status: 'confirmed', note: 'Ring once' },
        { status: 'confirmed', cause: 'metadata' },
      ],
    )
    t.match(items[1].actor, { type: 'user', id: staffId })
    const trail = (await call('GET', `/audit?subject=${id}`)).json().items.reverse()
    t.same(
      trail.map(({ action }: { action: string }) => action.slice('order.'.length)),
      [
        'metadata-changed',
        'status-changed',
        'metadata-changed',
        'note-changed',
        'metadata-changed',
        'note-changed',
        'metadata-changed',
      ],
    )
    t.notMatch(JSON.stringify(trail), /"[cde]"/, 'the audit trail does not tell what it held')
  },
)

t.test('a change of the status leaves metadata alone', async (t) => {
  const { call, add } = await shop(t, noRateLimits)
  const { id: productId } = await add()
  const place = async () =>
    (await call('POST', '/orders', { productId, quantity: 1, metadata: GIFT })).json().id as string
  const [first, second] = [await place(), await place()]
  const ids = [first, second]
  const { items } = (await call('POST', '/orders/status', { ids, status: 'confirmed' })).json()
  t.same(items[1].order.metadata, GIFT)
  t.same((await call('POST', `/orders/${first}/cancel`)).json().metadata, GIFT)
  for (const id of ids) t.same((await call('GET', `/orders/${id}`)).json().metadata, GIFT)
})

t.test(
  'a retry with the same metadata is replayed as it was, and one with other metadata refused',
  async (t) => {
    const { call, add } = await shop(t, noRateLimits)
    const { id: productId } = await add()
    for (const [url, rest] of [
      ['/orders', { productId, quantity: 1 }],
      ['/checkouts', { items: [{ productId, quantity: 1 }] }],
    ] as const) {
      const post = (metadata?: object) =>
        call('POST', url, { ...rest, ...(metadata && { metadata }) }, { 'idempotency-key': `"${url}"` })
      const first = await post(GIFT)
      t.equal(first.statusCode, 201)
      // The order of members is no difference.
      const again = await post({ card: { lines: GIFT.card.lines, text: GIFT.card.text }, gift: true })
      t.equal(again.headers['idempotent-replayed'], 'true')
      t.equal(again.body, first.body)
      for (const other of [undefined, {}, { ...GIFT, more: 1 }])
        t.equal((await post(other)).statusCode, 422, url)
      const bare = { 'idempotency-key': `"${url} bare"` }
      t.equal((await call('POST', url, rest, bare)).statusCode, 201)
      t.equal((await call('POST', url, { ...rest, metadata: {} }, bare)).statusCode, 422)
      t.equal((await call('POST', url, rest, bare)).headers['idempotent-replayed'], 'true')
    }
    const { id } = (await call('POST', '/orders', { productId, quantity: 1 })).json()
    const patch = () => call('PATCH', `/orders/${id}`, { metadata: GIFT }, { 'idempotency-key': '"patch"' })
    const [first, again] = [await patch(), await patch()]
    t.equal(again.headers['idempotent-replayed'], 'true')
    t.equal(again.body, first.body)
  },
)
