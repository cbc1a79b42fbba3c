import t from 'tap'
import { GroupCommit, type Outcome, QueueClosed, QueueFull } from '../../src/orders/group-commit.js'

/** Creates a commit function that records its batches and completes on demand. */
function manualCommit() {
  const batches: number[][] = []
  const ends: (() => void)[] = []
  const commit = (items: number[]): Promise<Outcome<string>[]> => {
    batches.push(items)
    return new Promise((resolve) => {
      ends.push(() => resolve(items.map((item) => ({ ok: true, value: `#${item}` }))))
    })
  }
  return { batches, commit, end: () => ends.shift()?.() }
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve))
const limits = { maxBatch: 100, maxQueue: 1000, isOutage: () => false }
const accept = async (items: number[]): Promise<Outcome<number>[]> =>
  items.map((value) => ({ ok: true, value }))

t.test('a single item is committed at once, and alone', async (t) => {
  const { batches, commit, end } = manualCommit()
  const queue = new GroupCommit({ ...limits, commit })
  const result = queue.push(1)
  await tick()
  t.same(batches, [[1]])
  end()
  t.equal(await result, '#1')
})

t.test('items that arrive during a commit share the next one, up to the batch limit, in order', async (t) => {
  const { batches, commit, end } = manualCommit()
  const queue = new GroupCommit({ ...limits, maxBatch: 3, commit })
  const results = [queue.push(0)]
  await tick()
  for (const item of [1, 2, 3, 4, 5]) results.push(queue.push(item))
  t.equal(queue.waiting, 5)
  end()
  await tick()
  t.same(batches, [[0], [1, 2, 3]])
  end()
  await tick()
  end()
  t.same(await Promise.all(results), ['#0', '#1', '#2', '#3', '#4', '#5'])
  t.same(batches, [[0], [1, 2, 3], [4, 5]])
})

t.test('owners take turns in batches that are too small for all items', async (t) => {
  const { batches, commit, end } = manualCommit()
  // Tens are the owner.
  const queue = new GroupCommit({
    ...limits,
    maxBatch: 4,
    ownerOf: (item) => String(Math.floor(item / 10)),
    commit,
  })
  const results = [queue.push(0)]
  await tick()
  for (const item of [11, 12, 13, 14, 15, 16, 21, 31, 22]) results.push(queue.push(item))
  for (let i = 0; i < 4; i++) {
    end()
    await tick()
  }
  await Promise.all(results)
  t.same(batches, [[0], [11, 21, 31, 12], [13, 22, 14, 15], [16]])
  t.equal(queue.waiting, 0)
})

t.test('items that arrive in one turn of the event loop share their first commit', async (t) => {
  const batches: number[][] = []
  const queue = new GroupCommit({
    ...limits,
    commit: (items: number[]) => {
      batches.push(items)
      return accept(items)
    },
  })
  await Promise.all([queue.push(1), queue.push(2), queue.push(3)])
  t.same(batches, [[1, 2, 3]])
})

t.test('a refused item does not affect others in its batch', async (t) => {
  const commit = async (items: number[]): Promise<Outcome<number>[]> =>
    items.map((value) => (value === 2 ? { ok: false, reason: new Error('not two') } : { ok: true, value }))
  const queue = new GroupCommit({ ...limits, commit })
  const results = await Promise.allSettled([1, 2, 3].map((item) => queue.push(item)))
  t.match(results, [{ value: 1 }, { reason: { message: 'not two' } }, { value: 3 }])
})

t.test('a batch that fails is split until the failing item is alone', async (t) => {
  const committed: number[] = []
  const commit = async (items: number[]): Promise<Outcome<number>[]> => {
    if (items.includes(13)) throw new Error('poison')
    committed.push(...items)
    return accept(items)
  }
  const queue = new GroupCommit({ ...limits, commit })
  const items = Array.from({ length: 40 }, (_, i) => i)
  const results = await Promise.allSettled(items.map((item) => queue.push(item)))
  t.match(results[13], { status: 'rejected', reason: { message: 'poison' } })
  t.equal(results.filter(({ status }) => status === 'fulfilled').length, 39)
  t.same(
    committed,
    items.filter((item) => item !== 13),
    'each once, and in order',
  )
})

t.test('an outage fails its batch without splitting it, and the next batch is tried', async (t) => {
  let calls = 0
  const outage = new Error('database gone')
  const queue = new GroupCommit({
    ...limits,
    commit: async (items: number[]) => {
      if (++calls === 1) throw outage
      return accept(items)
    },
    isOutage: (error) => error === outage,
  })
  const results = await Promise.allSettled([queue.push(1), queue.push(2)])
  t.match(results, [{ reason: outage }, { reason: outage }])
  t.equal(calls, 1)
  t.equal(await queue.push(3), 3)
})

t.test('a full queue refuses items at once, and accepts them again when there is room', async (t) => {
  const { commit, end } = manualCommit()
  const queue = new GroupCommit({ ...limits, maxQueue: 2, commit })
  const first = queue.push(0)
  await tick()
  const waiting = [queue.push(1), queue.push(2)]
  await t.rejects(queue.push(3), QueueFull)
  end()
  await first
  await tick()
  const later = queue.push(4)
  end()
  t.same(await Promise.all(waiting), ['#1', '#2'])
  await tick()
  end()
  t.equal(await later, '#4')
})

t.test('closing settles all queued items, and accepts no more', async (t) => {
  const { commit, end } = manualCommit()
  const queue = new GroupCommit({ ...limits, maxBatch: 1, commit })
  const taken = [queue.push(0), queue.push(1)]
  await tick()
  let closed = false
  const closing = queue.close().then(() => {
    closed = true
  })
  await t.rejects(queue.push(2), QueueClosed)
  end()
  await tick()
  t.equal(closed, false, 'one remains to be committed')
  end()
  t.same(await Promise.all(taken), ['#0', '#1'])
  await closing
  await queue.close()
})

t.test('with overlap, the next batch starts before the last one is answered', async (t) => {
  const seen: string[] = []
  const ends: (() => void)[] = []
  const commit = async (items: number[]): Promise<Outcome<number>[]> => {
    seen.push(`begin ${items}`)
    await new Promise<void>((resolve) => ends.push(resolve))
    return accept(items)
  }
  const queue = new GroupCommit({ ...limits, maxBatch: 2, overlap: true, commit })
  const place = (item: number) => queue.push(item).then(() => seen.push(`answer ${item}`))
  const placed = [place(1)]
  await tick()
  placed.push(place(2), place(3))
  ends.shift()?.()
  await placed[0]
  t.same(seen, ['begin 1', 'begin 2,3', 'answer 1'])
  const closing = queue.close().then(() => seen.push('closed'))
  ends.shift()?.()
  await Promise.all([...placed, closing])
  t.same(seen.slice(3), ['answer 2', 'answer 3', 'closed'], 'the last is answered at once')
})

t.test('closing waits for deferred answers', async (t) => {
  const seen: string[] = []
  const queue = new GroupCommit({ ...limits, maxBatch: 1, overlap: true, commit: accept })
  for (const item of [1, 2]) queue.push(item).then(() => seen.push(`answer ${item}`))
  await queue.close()
  t.same(seen.toSorted(), ['answer 1', 'answer 2'])
})

t.test('a missing outcome is an error for its item', async (t) => {
  const queue = new GroupCommit({ ...limits, commit: async () => [] as Outcome<number>[] })
  await t.rejects(queue.push(1), /gave no outcome/)
})

t.test(
  'other work runs between the batches of a long queue, and between a large batch and its answers',
  async (t) => {
    const happened: string[] = []
    const queue = new GroupCommit({
      ...limits,
      commit: async (items: number[]) => {
        happened.push('commit')
        return items.map((value) => ({ ok: true, value }) as const)
      },
    })
    const results = Array.from({ length: 300 }, (_, n) =>
      queue.push(n).then(() => {
        if (happened.at(-1) !== 'answers') happened.push('answers')
      }),
    )
    let done = false
    const watch = async () => {
      while (!done) {
        await tick()
        happened.push('other work')
      }
    }
    const watched = watch()
    await Promise.all(results)
    done = true
    await watched
    const order = happened.filter((name, i) => name !== happened[i - 1])
    t.same(order.slice(order.indexOf('commit'), order.indexOf('commit') + 11), [
      'commit',
      'other work',
      'answers',
      'other work',
      'commit',
      'other work',
      'answers',
      'other work',
      'commit',
      'other work',
      'answers',
    ])
  },
)
