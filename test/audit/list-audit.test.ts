import t, { type Test } from 'tap'
import { type AuditQuery, listAudit } from '../../src/audit/list-audit.js'
import { pruneAudit } from '../../src/audit/prune-audit.js'
import { type AuditRecord, recordAudit } from '../../src/audit/record-audit.js'
import { newId, timeOfId } from '../../src/ids.js'
import { originOfUser, SYSTEM } from '../../src/stream/origin.js'
import { addUser, engineDb } from '../helpers/engine-db.js'

async function setup(t: Test) {
  const { db } = await engineDb(t)
  const record = async (record: AuditRecord) => {
    const id = newId()
    await db.write((tx) => recordAudit(tx, record, id))
    return id
  }
  const list = async (query: Partial<AuditQuery> = {}) => {
    const { items } = await listAudit(db, { limit: 100, ...query })
    return items.map(({ id }) => id)
  }
  return { db, record, list }
}

t.test('entries are listed newest first, by actor, by subject and by both', async (t) => {
  const { db, record, list } = await setup(t)
  const [ada, grace, subject] = [await addUser(db), await addUser(db), newId()]
  const by = (user: string, id: string) =>
    record({ origin: originOfUser(user, 'request-1'), action: 'product.updated', subject: id })
  const one = await by(ada, subject)
  const two = await by(grace, subject)
  const three = await by(ada, newId())
  const four = await record({
    origin: SYSTEM,
    action: 'user.created',
    subject: ada,
    details: { role: 'admin' },
  })
  t.same(await list(), [four, three, two, one])
  t.same(await list({ actor: ada }), [three, one])
  t.same(await list({ subject }), [two, one])
  t.same(await list({ actor: ada, subject }), [one])
  t.same(await list({ actor: 'system' }), [four])
  t.same(await list({ actor: 'system', subject }), [])
  for (const unknown of ['x', newId(), ''])
    for (const query of [{ actor: unknown }, { subject: unknown }]) t.same(await list(query), [], unknown)

  const { items } = await listAudit(db, { limit: 100 })
  t.match(items[0], {
    at: new Date(timeOfId(four)).toISOString(),
    actor: { type: 'system', id: null, name: null },
    action: 'user.created',
    subject: { type: 'user', id: ada },
    details: { role: 'admin' },
    requestId: null,
  })
  t.match(items[2], {
    actor: { type: 'user', id: grace, name: 'customer' },
    subject: { type: 'product', id: subject },
    requestId: 'request-1',
  })
})

t.test('pages follow one another without gaps, in a range of times', async (t) => {
  const { db, record, list } = await setup(t)
  const ids: string[] = []
  for (let i = 0; i < 7; i++) {
    ids.push(await record({ origin: SYSTEM, action: 'user.unlocked', subject: newId() }))
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const newestFirst = ids.toReversed()
  const seen: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listAudit(db, { limit: 3, ...(cursor !== undefined && { cursor }) })
    t.ok(page.items.length <= 3)
    seen.push(...page.items.map(({ id }) => id))
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  t.same(seen, newestFirst)

  const timeOf = (i: number) => new Date(timeOfId(ids[i] ?? '')).toISOString()
  t.same(await list({ from: timeOf(2) }), ids.slice(2).toReversed(), 'from the time on')
  t.same(await list({ to: timeOf(2) }), ids.slice(0, 2).toReversed(), 'up to the time, without it')
  t.same(await list({ from: timeOf(2), to: timeOf(5) }), ids.slice(2, 5).toReversed())
  t.same(await list({ from: timeOf(5), to: timeOf(2) }), [])
  const { nextCursor } = await listAudit(db, { limit: 2, to: timeOf(5) })
  const cursor = nextCursor ?? ''
  t.same(await list({ cursor, to: timeOf(5) }), ids.slice(0, 3).toReversed())
  t.same(await list({ cursor, from: timeOf(1) }), ids.slice(1, 3).toReversed())
  t.same(await list({ cursor, to: timeOf(1) }), ids.slice(0, 1))
  t.same(await list({ from: '1901-01-01T00:00:00Z' }), newestFirst)

  const faulty = (path: string) => ({ code: 'invalid-request', extra: { errors: [{ path }] } })
  await t.rejects(list({ cursor: 'x' }), faulty('cursor'))
  await t.rejects(list({ from: '2016-12-31T23:59:60Z' }), faulty('from'))
  await t.rejects(list({ to: '2016-12-31T23:59:60Z' }), faulty('to'))
})

t.test('entries older than a time are deleted, the others stay', async (t) => {
  const { db, record, list } = await setup(t)
  const ids: string[] = []
  for (let i = 0; i < 4; i++) {
    ids.push(await record({ origin: SYSTEM, action: 'user.unlocked', subject: newId() }))
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const { signal } = new AbortController()
  t.equal(await pruneAudit(db, timeOfId(ids[0] ?? ''), signal), 0)
  t.equal(await pruneAudit(db, timeOfId(ids[2] ?? ''), signal), 2)
  t.same(await list(), ids.slice(2).toReversed())
  t.equal(await pruneAudit(db, Date.now() + 1_000, AbortSignal.abort()), 0)
  t.equal(await pruneAudit(db, -1, signal), 0)
  t.equal(await pruneAudit(db, Date.now() + 1_000, signal), 2)
})
