import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import { Turns } from '../../src/connections/turns.js'

const connection = () => ({ deferred: [] as (() => void)[] })

/** Takes longer than a turn may. */
function work() {
  const end = performance.now() + 60
  while (performance.now() < end);
}

t.test('requests start in the order of their arrival, also when every turn is full', async (t) => {
  const turns = new Turns()
  const began: number[] = []
  const come = (n: number) =>
    turns.run(connection(), true, () => {
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

t.test('a request that arrives at an empty queue starts at once', async (t) => {
  const turns = new Turns()
  const lone = connection()
  let began = 0
  for (let n = 1; n <= 3; n++) {
    turns.run(lone, true, () => began++)
    t.equal(began, n)
    await nextTurn()
  }
})

t.test('pipelined requests do not delay other connections', async (t) => {
  const turns = new Turns()
  const began: string[] = []
  const open = new Map(['a', 'b', 'c'].map((name) => [name, connection()]))
  const come = (name: string) => turns.run(open.get(name) ?? connection(), true, () => began.push(name))
  turns.run(connection(), true, work)
  for (const name of open.keys()) for (let n = 0; n < 100; n++) come(name)
  for (let n = 0; n < 8; n++) come(`one ${n}`)
  while (turns.waiting > 0) await nextTurn()
  t.equal(began.length, 308)
  t.ok(
    began.indexOf('one 7') < 20,
    `the last of 8 single requests started as number ${began.indexOf('one 7')}`,
  )
  const early = began.slice(0, 20).filter((name) => name.length === 1)
  t.ok(early.length > 3, 'pipelined requests get a share meanwhile')
  const rest = began.slice(20, 110)
  for (const name of open.keys())
    t.ok(Math.abs(rest.filter((other) => other === name).length - 30) <= 1, `${name} gets its share`)
})

t.test('reads and changes take turns', async (t) => {
  const turns = new Turns()
  const began: string[] = []
  const come = (name: string, isRead: boolean) => turns.run(connection(), isRead, () => began.push(name))
  turns.run(connection(), true, work)
  for (let n = 0; n < 100; n++) come('change', false)
  for (let n = 0; n < 3; n++) come('read', true)
  while (turns.waiting > 0) await nextTurn()
  t.equal(began.length, 103)
  t.ok(began.lastIndexOf('read') < 6, 'no read waits for all changes')
  began.length = 0
  turns.run(connection(), true, work)
  for (let n = 0; n < 100; n++) come('read', true)
  for (let n = 0; n < 3; n++) come('change', false)
  while (turns.waiting > 0) await nextTurn()
  t.ok(began.lastIndexOf('change') < 6, 'no change waits for all reads')
})

t.test('a few reads per turn overtake waiting changes', async (t) => {
  const turns = new Turns()
  const began: string[] = []
  const come = (name: string, isRead: boolean, from = connection()) =>
    turns.run(from, isRead, () => began.push(name))
  const busy = connection()
  turns.run(connection(), false, work)
  for (let n = 0; n < 100; n++) come('change', false)
  come('change', false, busy)
  come('pipelined', true, busy)
  for (let n = 0; n < 20; n++) come(`read ${n}`, true)
  t.same(
    began,
    Array.from({ length: 8 }, (_, n) => `read ${n}`),
    'eight begin at once, none of them before an earlier request of its connection',
  )
  while (turns.waiting > 0) await nextTurn()
  const reads = began.filter((name) => name.startsWith('read'))
  t.same(
    reads,
    Array.from({ length: 20 }, (_, n) => `read ${n}`),
    'reads keep the order of their arrival',
  )
  t.ok(began.lastIndexOf('change') < began.indexOf('pipelined'))
})
