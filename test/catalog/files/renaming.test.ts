import t from 'tap'
import { build, noRateLimits, signIn } from '../../helpers/app.js'
import { importFile } from '../../helpers/import-file.js'
import { order } from '../../helpers/orders.js'
import { shop } from '../../helpers/shop.js'

t.test('orders are found by the name they show after an import has renamed their product', async (t) => {
  const s = await shop(t, noRateLimits)
  const { app, add, admin, call } = s
  const buyer = await signIn(app)
  const lamp = await add({ sku: 'LAMP', name: 'Walnut lamp' })
  const placed = await order(app, buyer.headers, { productId: lamp.id, quantity: 1 })
  const file = 'sku,name,price,stock\nLAMP,Oak lantern,,\nDESK,Desk,1,1\n'
  t.match((await importFile(app, admin, file)).json(), { created: 1, updated: 1, failed: 0 })
  const found = async (q: string) =>
    (await call('GET', `/orders?scope=all&q=${q}`)).json().items.map(({ id }: { id: string }) => id)
  t.same(await found('walnut'), [placed.json().id])
  t.same(await found('lantern'), [])
  const listed = async (q: string) =>
    (await app.inject(`/products?q=${q}`)).json().items.map(({ id }: { id: string }) => id)
  t.same(await listed('walnut'), [])
  t.same(await listed('lantern'), [lamp.id])
  t.same(await app.db.read.formerName.findMany({ select: { productId: true, name: true } }), [
    { productId: lamp.id, name: 'Walnut lamp' },
  ])
  await importFile(app, admin, 'sku,stock\nLAMP,9\n')
  t.equal(await app.db.read.formerName.count(), 1, 'a line without a new name keeps none')
})

/** Every field of a product set by clients, none at its default. */
const FULL = {
  sku: 'FULL',
  name: 'Full lamp',
  price: 12.34,
  stock: 56,
  lowStockThreshold: 7,
  metadata: { lamp: 1 },
}

t.test('every field is read back wherever a product is written and read', async (t) => {
  const app = await build(t, noRateLimits)
  const { headers } = await signIn(app, 'admin')
  const made = await app.inject({ method: 'POST', url: '/products', headers, payload: FULL })
  const product = made.json()
  const fields = [...Object.keys(FULL), 'id', 'createdAt', 'updatedAt'].toSorted()
  t.same(Object.keys(product).toSorted(), fields)
  t.match(product, FULL)
  const places: Record<string, object> = {
    get: (await app.inject(`/products/${product.id}`)).json(),
    list: (await app.inject('/products')).json().items[0],
    search: (await app.inject('/products?q=full')).json().items[0],
    export: JSON.parse((await app.inject({ url: '/products/export?format=ndjson', headers })).payload),
    event: (await app.eventLog.read(0, 100)).find(({ type }) => type === 'product:created')?.data ?? {},
  }
  for (const [place, read] of Object.entries(places)) t.same(read, product, place)

  const csv = (await app.inject({ url: '/products/export', headers })).payload
  t.same(csv.split('\r\n')[0]?.split(',').toSorted(), fields, 'the columns of CSV')
  t.match((await importFile(app, headers, csv)).json(), { unchanged: 1 })
  const changed = { sku: 'OTHER', name: 'Other lamp', price: 43.21, stock: 65, lowStockThreshold: 8 }
  const { sku, name, price, stock, lowStockThreshold } = changed
  const line = `${product.id},${sku},${name},${price},${stock},${lowStockThreshold}`
  t.match((await importFile(app, headers, `id,sku,name,price,stock,lowStockThreshold\n${line}\n`)).json(), {
    updated: 1,
  })
  t.match((await app.inject(`/products/${product.id}`)).json(), changed, 'an import changes each')
  t.match(
    (await importFile(app, headers, `sku,name,price,stock,lowStockThreshold\nNEW,New,5.5,6,9\n`)).json(),
    {
      created: 1,
    },
  )
  t.match((await app.inject('/products?q=new')).json().items[0], {
    sku: 'NEW',
    name: 'New',
    price: 5.5,
    stock: 6,
    lowStockThreshold: 9,
  })
  const patched = await app.inject({
    method: 'PATCH',
    url: `/products/${product.id}`,
    headers,
    payload: FULL,
  })
  t.match(patched.json(), FULL, 'an edit changes each')
})
