import t from 'tap'
import type { AnyEvent, EventType } from '../../src/contract/events.js'
import { textOf } from '../../src/stream/event-texts.js'
import { createPages, PAGE_OFFSETS } from '../../src/stream/pages.js'
import { Recent } from '../../src/stream/recent.js'

const ADA = 'ada'

/** Events of Ada's orders at even offsets, of the stock of one product at odd ones. */
const eventAt = (offset: number) =>
  ({
    offset,
    createdAt: new Date(0).toISOString(),
    ...(offset % 2 === 0
      ? { type: 'order:created', data: { id: `o${offset}`, userId: ADA } }
      : { type: 'stock:changed', data: { productId: 'p', stock: offset } }),
  }) as AnyEvent
const eventsTo = (last: number) => Array.from({ length: last }, (_, i) => eventAt(i + 1))

/** A log in memory of `events`, that counts its reads, and pages of it. */
function setup(events: AnyEvent[], recent = new Recent(10)) {
  const log = { events, epoch: 'one', reads: 0, oldest: events[0]?.offset }
  const within = (after: number, upTo: number) =>
    log.events.filter(({ offset }) => offset > after && offset <= upTo)
  const pages = createPages(
    {
      epoch: () => log.epoch,
      oldest: async () => log.oldest,
      async readTexts(after, upTo, types: readonly EventType[] = []) {
        log.reads++
        return within(after, upTo)
          .filter(({ type }) => types.length === 0 || types.includes(type))
          .map(textOf)
      },
      async readOwnTexts(userId, after, upTo, limit) {
        log.reads++
        const own = within(after, upTo).filter(({ data }) => 'userId' in data && data.userId === userId)
        return own.slice(0, limit).map(textOf)
      },
    },
    recent,
  )
  return { log, pages }
}

const offsets = (page: { events: { offset: number }[] | undefined }) =>
  page.events?.map(({ offset }) => offset)
const range = (first: number, last: number, step = 1) =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step)

t.test('pages are contiguous, and share fixed boundaries', async (t) => {
  const last = 2 * PAGE_OFFSETS + 10
  const { pages } = setup(eventsTo(last))
  for (const start of [0, 5, PAGE_OFFSETS - 1, PAGE_OFFSETS, PAGE_OFFSETS + 1]) {
    const seen: number[] = []
    const borders: number[] = []
    for (let after = start; after < last; ) {
      const page = await pages.all(after, last)
      seen.push(...(offsets(page) ?? []))
      borders.push(page.upTo)
      after = page.upTo
    }
    t.same(seen, range(start + 1, last), `from ${start}`)
    t.same(
      borders,
      [PAGE_OFFSETS, 2 * PAGE_OFFSETS, last].filter((border) => border > start),
    )
  }
})

t.test('a page is read once for all clients at one position', async (t) => {
  const { log, pages } = setup(eventsTo(50))
  const first = await pages.all(0, 50)
  t.equal(await pages.all(0, 50), first)
  t.equal(log.reads, 1)
  await pages.all(1, 50)
  t.equal(log.reads, 2, 'another position')
  await pages.all(0, 49)
  t.equal(log.reads, 3, 'another end')
  log.epoch = 'two'
  await pages.all(0, 50)
  t.equal(log.reads, 4, 'another log')
  await pages.inventory(0, 50)
  await pages.own(ADA)(0, 50)
  await pages.own('grace')(0, 50)
  t.equal(log.reads, 7, 'other views')
  await pages.own(ADA)(0, 50)
  await pages.inventory(0, 50)
  t.equal(log.reads, 7)
})

t.test('the public view has only the latest stock of a product', async (t) => {
  const { pages } = setup(eventsTo(10))
  t.match(await pages.inventory(0, 10), { upTo: 10 })
  t.same(offsets(await pages.inventory(0, 10)), [9])
  t.same(offsets(await pages.inventory(0, 8)), [7])
  t.same(offsets(await pages.inventory(9, 10)), [])
})

t.test("a customer's view has only their own orders, and reaches as far as one page has room", async (t) => {
  const last = 3 * PAGE_OFFSETS
  const { pages } = setup(eventsTo(last))
  const own = pages.own(ADA)
  const first = await own(0, last)
  t.same(offsets(first), range(2, 2 * PAGE_OFFSETS, 2))
  t.equal(first.upTo, 2 * PAGE_OFFSETS, 'where the page was full')
  const second = await own(first.upTo, last)
  t.same(offsets(second), range(2 * PAGE_OFFSETS + 2, last, 2))
  t.equal(second.upTo, last)
  t.same(await pages.own('grace')(0, last), { upTo: last, events: [] })
})

t.test('there is no page where events were deleted', async (t) => {
  const { log, pages } = setup(eventsTo(20).slice(10))
  for (const view of [pages.all, pages.inventory, pages.own(ADA)]) {
    t.equal((await view(9, 20)).events, undefined)
    t.ok((await view(10, 20)).events, 'the next offset is the oldest')
  }
  log.events = []
  log.oldest = undefined
  for (const view of [pages.all, pages.inventory, pages.own(ADA)])
    t.equal((await view(5, 20)).events, undefined, 'all of them')
})

t.test('recent events are served without reading the log', async (t) => {
  const recent = new Recent(100)
  const { log, pages } = setup(eventsTo(20), recent)
  recent.add(eventsTo(20).slice(10))
  t.same(offsets(await pages.all(10, 20)), range(11, 20))
  t.same(await pages.inventory(10, 20), { upTo: 20, events: [textOf(eventAt(19))] })
  t.same(offsets(await pages.own(ADA)(10, 20)), range(12, 20, 2))
  t.same(await pages.own('grace')(10, 20), { upTo: 20, events: [] })
  t.equal(log.reads, 0)
  const { events: [text] = [] } = await pages.all(19, 20)
  t.same(text, { offset: 20, type: 'order:created', text: JSON.stringify(eventAt(20) as AnyEvent) })
  t.same(offsets(await pages.all(9, 20)), range(10, 20))
  t.equal(log.reads, 1, 'for the earlier events')
})
