import t from 'tap'
import { noRateLimits } from '../helpers/app.js'
import { importFile, NDJSON } from '../helpers/import-file.js'
import { metadataOfBytes } from '../helpers/metadata.js'
import { shop } from '../helpers/shop.js'

t.test('the metadata of a product is replaced as a whole, and its ETag changes', async (t) => {
  const { app, call, add } = await shop(t, noRateLimits)
  const { id } = await add({ metadata: { color: 'red', size: 1 } })
  const before = await call('GET', `/products/${id}`)
  t.same(before.json().metadata, { color: 'red', size: 1 })
  const ifMatch = { 'if-match': String(before.headers.etag) }
  const changed = await call('PATCH', `/products/${id}`, { metadata: { size: 2, shape: [] } }, ifMatch)
  t.same(changed.json().metadata, { size: 2, shape: [] })
  t.not(changed.headers.etag, before.headers.etag)
  t.equal((await call('PATCH', `/products/${id}`, { metadata: {} }, ifMatch)).statusCode, 412)
  const unchanged = { 'if-none-match': String(changed.headers.etag) }
  t.equal((await call('GET', `/products/${id}`, undefined, unchanged)).statusCode, 304)
  await call('PATCH', `/products/${id}`, { price: 3 })
  await call('PATCH', `/products/${id}`, { metadata: null })
  const events = (await app.eventLog.read(0, 100)).flatMap(({ type, data }) =>
    type === 'product:created' || type === 'product:updated'
      ? [(data as { metadata: unknown }).metadata]
      : [],
  )
  t.same(events, [{ color: 'red', size: 1 }, { size: 2, shape: [] }, { size: 2, shape: [] }, null])
  const trail = (await call('GET', `/audit?subject=${id}`)).json().items.reverse()
  t.same(
    trail.slice(1).map(({ details }: { details: object }) => details),
    [
      { metadata: ['color', 'size', 'shape'] },
      { price: { before: 19.99, after: 3 } },
      { metadata: ['size', 'shape'] },
    ],
    'the audit trail tells the names of the fields that were changed',
  )
  await call('DELETE', `/products/${id}`)
  t.equal((await app.eventLog.read(0, 100)).at(-1)?.type, 'product:deleted')
})

t.test('a file sets, keeps and removes metadata, and a fault names its line and column', async (t) => {
  const { app, admin, call } = await shop(t, noRateLimits)
  const metadataOf = async (sku: string) =>
    (await call('GET', `/products?sku=${sku}`)).json().items[0]?.metadata as unknown
  const csv = (cells: string) => importFile(app, admin, `sku,name,price,stock,metadata\r\n${cells}\r\n`)
  t.match((await csv('A,Lamp,1,1,"{""color"":""red"",""n"":[1,null]}"')).json(), { created: 1, failed: 0 })
  t.same(await metadataOf('A'), { color: 'red', n: [1, null] })
  t.match((await csv('A,Lamp,1,1,"{""color"":""red"",""n"":[1,null]}"')).json(), { unchanged: 1 })
  t.match((await csv('A,Lamp,1,1,')).json(), { unchanged: 1 }, 'an empty cell leaves it')
  t.match((await csv('A,Lamp,1,1,"{ ""color"" : ""blue"" }"')).json(), { updated: 1 })
  t.same(await metadataOf('A'), { color: 'blue' })
  for (const [cell, message] of [
    ['red', 'must be JSON, as {"color":"red"}'],
    ['"{""color"":}"', 'must be JSON, as {"color":"red"}'],
    ['5', 'must be an object or null'],
    ['[]', 'must be an object or null'],
    [`"${JSON.stringify(metadataOfBytes(4_097)).replaceAll('"', '""')}"`, /^must have at most 4096 bytes/],
    ['"{""__proto__"":{}}"', 'must not have a field named __proto__'],
    ['"{""a"":""\\ud800""}"', /surrogate/],
  ] as const)
    t.match((await csv(`A,Lamp,1,1,${cell}`)).json(), {
      failed: 1,
      updated: 0,
      errors: [{ line: 2, path: 'metadata', message }],
    })
  t.match((await csv('A,Lamp,1,1,null')).json(), { updated: 1 }, 'null removes it')
  t.equal(await metadataOf('A'), null)

  const ndjson = (line: string) => importFile(app, admin, line, { type: NDJSON })
  t.match((await ndjson('{"sku":"A","metadata":{"a":1}}')).json(), { updated: 1 })
  t.match((await ndjson('{"sku":"A","stock":7}')).json(), { updated: 1 })
  t.same(await metadataOf('A'), { a: 1 }, 'a line without it leaves it')
  for (const [value, message] of [
    ['{"a":{"__proto__":{"x":1}}}', 'must not have a field named __proto__'],
    ['"{}"', 'must be an object or null'],
    ['{"a":1e999}', /number beyond/],
  ] as const)
    t.match((await ndjson(`{"sku":"A","metadata":${value}}`)).json(), {
      failed: 1,
      errors: [{ line: 1, path: 'metadata', message }],
    })
  t.match((await ndjson('{"sku":"A","metadata":null}')).json(), { updated: 1 })
  t.equal(await metadataOf('A'), null)
})

t.test('stocktaking, adjustments and orders leave the metadata of a product alone', async (t) => {
  const { call, add } = await shop(t, noRateLimits)
  const metadata = metadataOfBytes(4_096, '寸')
  const { id } = await add({ metadata })
  await call('PUT', '/products/stock', { items: [{ productId: id, stock: 9 }] })
  await call('POST', `/products/${id}/stock-adjustments`, { delta: 2 })
  await call('POST', '/orders', { productId: id, quantity: 1 })
  t.match((await call('GET', `/products/${id}`)).json(), { stock: 10, metadata })
})
