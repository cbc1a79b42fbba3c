import t from 'tap'
import { type SortName, sortNames } from '../../../src/catalog/search/sort-and-cursor.js'
import { shop } from '../../helpers/catalog.js'

t.test('cursors return each product once in every order, while others are added and deleted', async (t) => {
  const { app, change, add, list } = await shop(t)
  for (const sort of sortNames) {
    const stay: string[] = []
    const leave: string[] = []
    for (let i = 0; i < 24; i++) {
      const { id } = await add(`Tie ${i % 3}`, i % 4, 1)
      ;(i % 4 === 3 ? leave : stay).push(id)
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const { items, nextCursor } = await list({ sort, limit: 5, cursor })
      seen.push(...items.map((p) => p.id))
      const gone = leave.pop()
      if (gone) await app.catalog.remove(gone, change)
      leave.push((await add(`Tie ${seen.length % 3}`, seen.length % 4, 1)).id)
      cursor = seen.length < 60 ? (nextCursor ?? undefined) : undefined
    } while (cursor)
    t.equal(new Set(seen).size, seen.length, `${sort}: no duplicates`)
    t.same(
      stay.filter((id) => !seen.includes(id)),
      [],
      `${sort}: none missed`,
    )
    for (const id of [...stay, ...leave]) await app.catalog.remove(id, change)
  }
})

t.test('a cursor of another sort order, or a forged one, is refused', async (t) => {
  const { add, list } = await shop(t)
  for (let i = 0; i < 3; i++) await add('Lamp', 1, 1)
  const { nextCursor } = await list({ sort: 'price', limit: 1 })
  const forge = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const id = '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11'
  const bad: [SortName, string][] = [
    ['name', nextCursor ?? ''],
    ['-price', nextCursor ?? ''],
    ['price', 'nonsense'],
    ['price', ''],
    ['price', forge({})],
    ['price', forge(null)],
    ['price', forge(['price', 1])],
    ['price', forge(['price', '1', id])],
    ['price', forge(['price', 1.5, id])],
    ['price', forge(['price', 1, 'id'])],
    ['price', forge(['price', 1, 1, id])],
    ['price', forge(['price', { toString: 1 }, id])],
    ['createdAt', forge(['createdAt', 1, id])],
    ['createdAt', forge(['createdAt', []])],
  ]
  for (const [sort, cursor] of bad)
    await t.rejects(list({ sort, limit: 1, cursor }), {
      code: 'invalid-request',
      extra: { errors: [{ path: 'cursor' }] },
    })
})

t.test('a cursor that precedes the price range starts at the range', async (t) => {
  const { add, list } = await shop(t)
  for (let price = 1; price <= 9; price++) await add('Lamp', price, 1)
  for (const [sort, prices] of [
    ['price', [4, 5, 6]],
    ['-price', [6, 5, 4]],
  ] as const) {
    const { nextCursor } = await list({ sort, limit: 1 })
    const { items } = await list({ sort, limit: 9, cursor: nextCursor ?? '', minPrice: 400, maxPrice: 600 })
    t.same(
      items.map((p) => p.price),
      prices,
      sort,
    )
  }
})

t.test('a cursor from an earlier version continues from its position', async (t) => {
  const { add, list } = await shop(t)
  const products = []
  for (const name of ['Kettle', 'Łódź lamp', 'Mug', 'Zebra']) products.push(await add(name, 1, 1))
  const id = products[1]?.id
  // As written by that version, with the name as folded then.
  const cursor = Buffer.from(`["name","łodz lamp","${id}"]`).toString('base64url')
  const { items } = await list({ sort: 'name', limit: 9, cursor })
  t.same(
    items.map(({ name }) => name),
    [],
    'ł sorted after z in that version',
  )
  const early = Buffer.from(`["name","kettle","${products[0]?.id}"]`).toString('base64url')
  const rest = await list({ sort: 'name', limit: 9, cursor: early })
  t.same(
    rest.items.map(({ name }) => name),
    ['Łódź lamp', 'Mug', 'Zebra'],
  )
})
