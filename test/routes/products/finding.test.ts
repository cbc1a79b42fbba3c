import t from 'tap'
import { faultyPaths } from '../../helpers/app.js'
import { type Headers, shop } from '../../helpers/shop.js'

t.test('search matches word prefixes, in any order, ignoring case and accents', async (t) => {
  const { app, call, add } = await shop(t)
  const names = ['Crème brûlée', 'CREME Caramel 80g', "O'Neill 100% cotton", '東京タワー', 'a_b*c "quoted"']
  const products = new Map<string, string>()
  for (const name of names) products.set(name, (await add({ name })).id)
  await add({ name: 'one two three four five six seven eight nine ten eleven' })
  const find = async (q: string) => {
    const answer = await app.inject({ url: '/products', query: { q, sort: 'createdAt' } })
    return answer.json().items.map((item: { name: string }) => item.name)
  }
  const cases: [string, number[]][] = [
    ['creme', [0, 1]],
    ['CRÈME', [0, 1]],
    ['bru cre', [0]],
    ['caramel, creme!', [1]],
    ['80', [1]],
    ['rulee', []],
    ["o'neill", [2]],
    ['100%', [2]],
    ['%', []],
    ['_', []],
    ['*', []],
    ['"', []],
    ['cotton"', [2]],
    ["'; DROP TABLE products; --", []],
    ['京', [3]],
    ['東京', [3]],
    ['タワ', [3]],
    ['ワー', []],
    ['a_b', [4]],
    ['QUOTE', [4]],
    ['\u0000', []],
  ]
  for (const [q, found] of cases)
    t.same(
      await find(q),
      found.map((i) => names[i]),
      JSON.stringify(q),
    )
  t.equal((await find('')).length, 6, 'an empty query')
  t.equal((await find('  ')).length, 6)
  t.equal((await find('ten nine eight seven six five four three two one')).length, 1)
  t.equal(
    (await find('one two three four five six seven eight nine ten nowhere')).length,
    1,
    'ten words are used',
  )

  const id = products.get('Crème brûlée')
  await call('PATCH', `/products/${id}`, { name: 'Panna cotta' })
  t.same(await find('creme'), ['CREME Caramel 80g'], 'the new name is found')
  t.same(await find('panna'), ['Panna cotta'])
  await call('DELETE', `/products/${id}`)
  t.same(await find('panna'), [])
})

t.test('a list is filtered, sorted and paged by its query', async (t) => {
  const { app, add } = await shop(t)
  for (const [name, price, stock] of [
    ['Apple', 3, 0],
    ['Élan', 1, 5],
    ['banana', 2, 5],
    ['Zebra', 2, 0],
  ] as const)
    await add({ name, price, stock })
  const list = async (query: Headers = {}) => (await app.inject({ url: '/products', query })).json()
  const names = async (query: Headers) =>
    (await list(query)).items.map((p: { name: string }) => p.name).join()
  t.equal(await names({}), 'Zebra,banana,Élan,Apple', 'newest first')
  t.equal(await names({ sort: 'name' }), 'Apple,banana,Élan,Zebra')
  t.equal(await names({ sort: '-price', minPrice: '2' }), 'Apple,Zebra,banana')
  t.equal(await names({ sort: 'price', maxPrice: '2.00', inStock: 'true' }), 'Élan,banana')
  t.equal(await names({ inStock: 'false' }), 'Zebra,Apple')
  t.equal(await names({ minPrice: '3', maxPrice: '1' }), '')
  t.equal(await names({ maxPrice: '9007199254740993' }), 'Zebra,banana,Élan,Apple')

  const first = await list({ sort: 'price', limit: '3' })
  t.equal(first.items.length, 3)
  const second = await list({ sort: 'price', limit: '3', cursor: first.nextCursor })
  t.match(second, { items: [{ name: 'Apple' }], nextCursor: null })
  t.match(await list({ page: '2', limit: '3' }), { items: [{ name: 'Apple' }], page: 2, total: 4 })
  t.match(await list({ page: '100', limit: '100' }), { items: [], total: 4, totalIsExact: true })
  t.equal('total' in first, false)
})

t.test('a product is found by its SKU', async (t) => {
  const { app, call, add } = await shop(t)
  const lamp = await add({ name: 'Walnut lamp', sku: 'LAMP-1', price: 2, stock: 3 })
  await add({ name: 'Oak lamp', sku: 'LAMP-10' })
  await add({ name: 'Lamp', sku: '?' })
  const list = async (query: Headers) => (await app.inject({ url: '/products', query })).json()
  const found = { items: [{ id: lamp.id }], nextCursor: null }
  t.match(await list({ sku: 'LAMP-1' }), found)
  t.equal((await list({ sku: 'LAMP-1' })).items.length, 1)
  t.match(await list({ sku: 'LAMP-1', q: 'wal', minPrice: '2', maxPrice: '2', inStock: 'true' }), found)
  const others = [{ q: 'oak' }, { minPrice: '2.01' }, { maxPrice: '1.99' }, { inStock: 'false' }]
  for (const other of others)
    t.same((await list({ sku: 'LAMP-1', ...other })).items, [], JSON.stringify(other))
  for (const sku of ['lamp-1', 'LAMP', 'LÄMP-1', '東', ' LAMP-1', '%', 'LAMP-?'])
    t.same((await list({ sku })).items, [], sku)
  t.match(await list({ sku: 'LAMP-1', page: '1' }), { ...found, page: 1, total: 1, totalIsExact: true })
  t.match(await list({ sku: 'LAMP-1', page: '2' }), { items: [], total: 1 })
  const file = await call('GET', '/products/export?sku=LAMP-10', undefined)
  t.equal(file.body.split('\r\n').length, 3, 'a header, a product and the end')

  await call('PATCH', `/products/${lamp.id}`, { sku: 'LAMP-2' })
  t.same((await list({ sku: 'LAMP-1' })).items, [])
  t.match(await list({ sku: 'LAMP-2' }), found)
  await call('DELETE', `/products/${lamp.id}`)
  t.same((await list({ sku: 'LAMP-2' })).items, [])
})

t.test('an invalid query is refused with every invalid parameter', async (t) => {
  const { app } = await shop(t)
  const faulty: [string, string[]][] = [
    ['limit=0&page=0', ['limit', 'page']],
    ['limit=101&minPrice=-1&maxPrice=x', ['limit', 'minPrice', 'maxPrice']],
    ['inStock=maybe&sort=id', ['inStock', 'sort']],
    ['minPrice=0.001&page=1.5', ['minPrice', 'page']],
    ['page=1&cursor=abc', ['cursor', 'page']],
    ['page=101&limit=100', ['page']],
    ['page=1000000000', ['page']],
    ['cursor=abc', ['cursor']],
    [`q=${'x'.repeat(201)}`, ['q']],
    ['q=a&q=b', ['q']],
  ]
  for (const [query, paths] of faulty) {
    const answer = await app.inject(`/products?${query}`)
    t.equal(answer.statusCode, 400, query)
    t.same(faultyPaths(answer), paths.sort(), query)
  }
})
