import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import { Turns } from '../../src/connections/turns.js'

/** More than a turn may take. */
function work() {
  const end = performance.now() + 60
  while (performance.now() < end);
}

t.test('requests begin in the order in which they came, also while every turn is full', async (t) => {
  const turns = new Turns()
  const began: number[] = []
  const come = (n: number) =>
    turns.run(() => {
      began.push(n)
      work()
    })
  come(1)
  come(2)
  come(3)
  t.same(began, [1], 'the others wait for a later turn')
  for (let n = 4; n <= 12; n++) {
    await nextTurn()
    come(n)
  }
  while (turns.waiting > 0) await nextTurn()
  t.same(began, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
})

t.test('a request that comes when nothing waits begins at once', async (t) => {
  const turns = new Turns()
  let began = 0
  for (let n = 1; n <= 3; n++) {
    turns.run(() => began++)
    t.equal(began, n)
    await nextTurn()
  }
})
