import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { RefusalLine } from '../../src/orders/refusal-line.js'

/** Lets `count` callers wait in `line`; `left` counts those released. */
function waitIn(line: RefusalLine, count: number) {
  const state = { left: 0 }
  const all = Promise.all(
    Array.from({ length: count }, async () => {
      await line.wait()
      state.left++
    }),
  )
  return { state, all }
}

t.test('refusals are released a few at a time, in order', async (t) => {
  const line = new RefusalLine()
  const order: number[] = []
  const waiting = Array.from({ length: 25 }, async (_, i) => {
    await line.wait()
    order.push(i)
  })
  await Promise.resolve()
  t.same(order, [], 'none at once')
  const steps: number[] = []
  while (order.length < 25) {
    await sleep(1)
    if (order.length !== (steps.at(-1) ?? 0)) steps.push(order.length)
  }
  await Promise.all(waiting)
  t.same(
    order,
    Array.from({ length: 25 }, (_, i) => i),
  )
  t.ok(
    steps.every((count) => count % 10 === 0 || count === 25),
    `ten at a time: ${steps}`,
  )
  const { state } = waitIn(line, 1)
  while (state.left === 0) await sleep(1)
  t.equal(state.left, 1, 'a refusal after all were released waits for the next turn')
})

t.test('a large number of refusals is released in larger shares', async (t) => {
  const line = new RefusalLine()
  const { state, all } = waitIn(line, 10_000)
  while (state.left === 0) await sleep(1)
  t.ok(state.left >= 20, `a five-hundredth of them at once, not ten: ${state.left}`)
  line.close()
  await all
})

t.test('closing releases all refusals, and later ones do not wait', async (t) => {
  const line = new RefusalLine()
  const { state, all } = waitIn(line, 1_000)
  line.close()
  await all
  t.equal(state.left, 1_000)
  await line.wait()
  t.pass('at once')
})
