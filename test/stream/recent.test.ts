import t from 'tap'
import type { AnyEvent } from '../../src/contract/events.js'
import { Recent } from '../../src/stream/recent.js'

const events = (first: number, last: number): AnyEvent[] =>
  Array.from({ length: last - first + 1 }, (_, i) => ({
    offset: first + i,
    type: 'stock:changed',
    createdAt: new Date(0).toISOString(),
    data: { productId: 'p', stock: i },
  }))
const offsets = (found: AnyEvent[] | undefined) => found?.map(({ offset }) => offset)

t.test('a range is returned whole or not at all', async (t) => {
  const recent = new Recent(100)
  t.equal(recent.between(0, 0), undefined, 'an empty buffer')
  recent.add(events(11, 13))
  recent.add(events(14, 15))
  t.same(offsets(recent.between(10, 15)), [11, 12, 13, 14, 15])
  t.same(offsets(recent.between(11, 14)), [12, 13, 14])
  t.same(offsets(recent.between(14, 15)), [15])
  t.same(offsets(recent.between(12, 12)), [])
  t.equal(recent.between(9, 15), undefined, 'the first is missing')
  t.equal(recent.between(10, 16), undefined, 'the last is missing')
  recent.clear()
  t.equal(recent.between(10, 15), undefined)
})

t.test('a gap clears the earlier events', async (t) => {
  const recent = new Recent(100)
  recent.add(events(1, 3))
  recent.add(events(5, 6))
  t.equal(recent.between(0, 3), undefined)
  t.same(offsets(recent.between(4, 6)), [5, 6])
})

t.test('keeps the latest events: at least its size, and at most twice as many', async (t) => {
  const recent = new Recent(3)
  recent.add(events(1, 6))
  t.same(offsets(recent.between(0, 6)), [1, 2, 3, 4, 5, 6], 'twice as many are kept')
  recent.add(events(7, 7))
  t.equal(recent.between(3, 7), undefined)
  t.same(offsets(recent.between(4, 7)), [5, 6, 7])
})
