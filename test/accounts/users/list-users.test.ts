import t, { type Test } from 'tap'
import { indexUsers } from '../../../src/accounts/users/index-users.js'
import { listUsers, type UserQuery } from '../../../src/accounts/users/list-users.js'
import { insertUser } from '../../../src/accounts/users/user-terms.js'
import type { Role } from '../../../src/contract/user.js'
import type { Db } from '../../../src/db/db.js'
import { newId } from '../../../src/ids.js'
import { engineDb } from '../../helpers/engine-db.js'

interface Person {
  name: string
  email?: string
  role?: Role
  disabled?: boolean
}

const rowOf = ({ name, email, role = 'customer', disabled = false }: Person) => {
  const id = newId()
  const at = new Date()
  return {
    id,
    name,
    email: email ?? `${id}@shop.test`,
    password: '',
    role,
    disabled,
    createdAt: at,
    updatedAt: at,
  }
}

const add = (db: Db, ...people: Person[]) =>
  db.write(async (tx) => {
    for (const person of people) await insertUser(tx, rowOf(person))
  })

/** Returns the names of every page of a list. */
async function namesOf(db: Db, query: Omit<UserQuery, 'limit'>, limit = 100): Promise<string[]> {
  const names: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listUsers(db, { ...query, limit, cursor })
    names.push(...page.items.map(({ name }) => name))
    if (page.nextCursor === null) return names
    cursor = page.nextCursor
  }
}

const people: Person[] = [
  { name: 'Ada Lovelace', email: 'countess@shop.test', role: 'admin' },
  { name: 'Adam Adamson', email: 'adam.adamson@shop.test' },
  { name: 'Łukasz Żółty', email: '_lz@shop.test', disabled: true },
  { name: 'Grace Hopper', email: 'ada.fan@shop.test', role: 'staff' },
  { name: '王小明', email: 'ming@shop.test', role: 'staff', disabled: true },
]

t.test('q matches the beginnings of words of the name, or the beginning of the email address', async (t) => {
  const { db } = await engineDb(t)
  await add(db, ...people)
  const found: [q: string, names: string[]][] = [
    ['ada', ['Ada Lovelace', 'Adam Adamson', 'Grace Hopper']],
    ['ADA lov', ['Ada Lovelace']],
    ['love ad', ['Ada Lovelace']],
    ['ada.', ['Ada Lovelace', 'Adam Adamson', 'Grace Hopper']],
    ['ada.fan@', ['Grace Hopper']],
    ['adam.adamson@shop.test', ['Adam Adamson']],
    ['fan', []],
    ['lukasz zolty', ['Łukasz Żółty']],
    ['_lz', ['Łukasz Żółty']],
    ['明', ['王小明']],
    ['hop', ['Grace Hopper']],
    ['opper', []],
    ['%', []],
    ['ada zzz', []],
  ]
  for (const [q, names] of found)
    for (const limit of [1, 2, 100]) {
      const listed = await namesOf(db, { q }, limit)
      t.same(listed.toSorted(), names.toSorted(), `${q}, ${limit} a page: each once`)
    }
  t.same(await namesOf(db, { q: '  ' }), people.map(({ name }) => name).toReversed(), 'blanks filter nothing')
})

t.test('users are listed newest first, and filtered by role and state', async (t) => {
  const { db } = await engineDb(t)
  await add(db, ...people)
  const newest = people.toReversed()
  for (const limit of [1, 3, 100])
    for (const role of [undefined, 'customer', 'staff', 'admin'] as const)
      for (const disabled of [undefined, true, false]) {
        const expected = newest.filter(
          (each) =>
            (role === undefined || (each.role ?? 'customer') === role) &&
            (disabled === undefined || (each.disabled ?? false) === disabled),
        )
        t.same(
          await namesOf(db, { role, disabled }, limit),
          expected.map(({ name }) => name),
          `${role} ${disabled}`,
        )
      }
  t.same(await namesOf(db, { q: 'ada', role: 'staff' }), ['Grace Hopper'])
})

t.test('a list examines a bounded number of rows, and its cursor continues', async (t) => {
  const { db } = await engineDb(t)
  await add(db, { name: 'Needle Aa', role: 'customer', disabled: true }, { name: 'Boss', role: 'admin' })
  const rows = Array.from({ length: 2_500 }, () => rowOf({ name: 'Hay Aa', role: 'customer' }))
  await db.write(async (tx) => {
    await tx.user.createMany({ data: rows.map((row) => ({ ...row, termRules: 1_000 })) })
    await tx.userTerm.createMany({
      data: rows.flatMap(({ id }) => ['hay', 'aa'].map((term) => ({ term, userId: id }))),
    })
  })
  const first = await listUsers(db, { q: 'aa', disabled: true, limit: 20 })
  t.match(first.items, [{ name: 'Needle Aa' }])
  t.equal(first.items.length, 1)
  t.type(first.nextCursor, 'string', 'no more than a thousand rows were read')
  for (const query of [
    { q: 'hay', disabled: true },
    { q: 'hay', role: 'admin' },
  ] as const)
    t.match(await listUsers(db, { ...query, limit: 20 }), { items: { length: 0 }, nextCursor: /./ })
  t.equal((await namesOf(db, { q: 'aa' })).length, 2_501, 'each is listed once')
  t.equal((await namesOf(db, {})).length, 2_502)
  for (const [query, name] of [
    [{ disabled: true }, 'Needle Aa'],
    [{ disabled: true, role: 'customer' }, 'Needle Aa'],
    [{ role: 'admin' }, 'Boss'],
    [{ role: 'admin', disabled: false }, 'Boss'],
  ] as const) {
    const page = await listUsers(db, { ...query, limit: 20 })
    t.match(page, { items: [{ name }], nextCursor: null }, 'the oldest are found at once by what is rare')
    t.equal(page.items.length, 1)
  }
  t.same(await namesOf(db, { q: 'aa', disabled: true }), ['Needle Aa'])
  t.same(await namesOf(db, { q: 'needle aa' }), ['Needle Aa'])
  t.same(await namesOf(db, { disabled: true, role: 'customer' }), ['Needle Aa'])
})

t.test('a list that ends with a full page has no cursor', async (t) => {
  const { db } = await engineDb(t)
  await add(db, ...people)
  for (const [query, count] of [
    [{}, people.length],
    [{ q: 'ada' }, 3],
    [{ role: 'staff' }, 2],
  ] as const) {
    const page = await listUsers(db, { ...query, limit: count })
    t.match(page, { items: { length: count }, nextCursor: null })
    t.match(await listUsers(db, { ...query, limit: count - 1 }), {
      items: { length: count - 1 },
      nextCursor: /./,
    })
  }
})

t.test('a forged cursor, or one of another kind of list, is refused', async (t) => {
  const { db } = await engineDb(t)
  await add(db, ...people)
  const { nextCursor } = await listUsers(db, { limit: 1 })
  const searched = await listUsers(db, { q: 'ada', limit: 1 })
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const bad: UserQuery[] = [
    ...['', 'x', encode(7), encode(['nope']), encode([newId(), 'a', 'b'])].map((cursor) => ({
      limit: 1,
      cursor,
    })),
    { limit: 1, cursor: searched.nextCursor ?? '' },
    { limit: 1, q: 'ada', cursor: nextCursor ?? '' },
    { limit: 1, q: 'ada', cursor: encode([newId(), 'a', 'b']) },
    { limit: 1, q: 'ada', cursor: encode([7, 'a']) },
  ]
  for (const query of bad)
    await t.rejects(
      listUsers(db, query),
      { code: 'invalid-request', extra: { errors: [{ path: 'cursor' }] } },
      query.cursor ?? '',
    )
})

/** Inserts users without terms, as those of an earlier version are. */
async function addUnindexed(t: Test) {
  const { db } = await engineDb(t)
  await db.write((tx) => tx.user.createMany({ data: people.map(rowOf) }))
  return db
}

t.test('users of an earlier version are indexed once, by several processes together', async (t) => {
  const db = await addUnindexed(t)
  t.same(await namesOf(db, { q: 'ada' }), [])
  const signal = new AbortController().signal
  const indexed = await Promise.all([indexUsers(db, signal), indexUsers(db, signal)])
  t.equal(indexed[0] + indexed[1], people.length)
  t.equal((await namesOf(db, { q: 'ada' })).length, 3)
  t.equal(await indexUsers(db, signal), 0)
})
