import t from 'tap'
import { FairScheduler } from '../../src/stream/fair-scheduler.js'
import { PAGE_OFFSETS, type ReadPage } from '../../src/stream/pages.js'
import { type ResumePosition, resume } from '../../src/stream/resume.js'

const EPOCH = 'one'

/** A log in memory whose end moves by `growth` events while a page is written. */
function setup({
  head,
  growth,
  replayMax = 1_000_000,
}: {
  head: number
  growth: number
  replayMax?: number
}) {
  const log = { head, pagesSent: 0 }
  const options = {
    epoch: () => EPOCH,
    position: () => log.head,
    exists: async () => true,
    reach: async () => undefined,
    replayMax,
    turns: new FairScheduler({ sliceMs: 5, rest: 0 }),
  }
  const read: ReadPage = (after, last) => ({ upTo: Math.min(last, after + PAGE_OFFSETS), events: [] })

  /** Follows from `from` until it is level. @param patience pages, of all followers, after which it gives up */
  const follow = async (
    from: ResumePosition,
    { key = 'proxy', patience = Number.POSITIVE_INFINITY } = {},
  ) => {
    const seen = { pages: 0, recovered: undefined as boolean | undefined }
    const follower = {
      get connected() {
        return log.pagesSent < patience
      },
      portionsOf: (): string[] => ['page'],
      send() {
        seen.pages++
        log.pagesSent++
      },
      async drained() {
        log.head += growth
      },
      join: () => undefined,
      ready: ({ recovered }: { recovered: boolean }) => {
        seen.recovered = recovered
      },
    }
    return { ...seen, result: await resume(follower, from, read, key, options), seen }
  }
  return { log, follow }
}

t.test('all get level while the log grows by more than a page in a round of them', async (t) => {
  const followers = 300
  const growth = 2
  t.ok(followers * growth > PAGE_OFFSETS, 'a page for each takes longer than a page of new events')
  const { follow } = setup({ head: 1_000, growth })
  // Enough for each to be told three times what it missed at first.
  const patience = followers * 3 * Math.ceil((1_000 + followers * growth) / PAGE_OFFSETS)
  const all = Array.from({ length: followers }, () => follow({ offset: 0, epoch: EPOCH }, { patience }))
  const results = await Promise.all(all)
  t.equal(results.filter(({ result }) => result === 'recovered').length, followers)
})

t.test('a follower far behind receives everything while others come and go', async (t) => {
  const { log, follow } = setup({ head: 20 * PAGE_OFFSETS, growth: 0 })
  let told = false
  const far = follow({ offset: 0, epoch: EPOCH }).finally(() => {
    told = true
  })
  const quick = async () => {
    while (!told && log.pagesSent < 1_000) await follow({ offset: log.head - 1, epoch: EPOCH })
  }
  await Promise.all(Array.from({ length: 5 }, quick))
  const { result, seen } = await far
  t.equal(result, 'recovered')
  t.equal(seen.pages, 20)
  t.ok(log.pagesSent < 200, `${log.pagesSent} pages were sent until then`)
})

t.test(
  'one whom the log leaves behind by more than REPLAY_MAX while it waits is told to reload',
  async (t) => {
    const { follow } = setup({ head: 500, growth: 600, replayMax: 1_000 })
    const { result, seen } = await follow({ offset: 0, epoch: EPOCH })
    t.equal(result, 'unrecoverable')
    t.equal(seen.recovered, false)
    t.ok(seen.pages > 0, 'after some pages')
  },
)
