import { signal } from '@preact/signals'
import fc from 'fast-check'
import t from 'tap'
import { SteadyRows } from '../../src/dashboard/parts/steady-rows.js'

interface Row {
  id: string
  text: string
}

/** Rows in memory. */
class Rows {
  readonly loading = signal(false)
  all: Row[]
  constructor(ids: string[]) {
    this.all = ids.map((id) => ({ id, text: id }))
  }
  get length() {
    return this.all.length
  }
  at = (index: number) => this.all[index]
  indexOf = (id: string) => this.all.findIndex((row) => row.id === id)
}

const shown = (rows: SteadyRows<Row>) =>
  Array.from({ length: rows.length }, (_, i) => rows.at(i)?.text).join(' ')

t.test('held rows keep their places and show changes; a further page is added below them', (t) => {
  const source = new Rows(['d', 'c', 'b'])
  const rows = new SteadyRows(source)
  rows.hold()
  source.all = [
    { id: 'e', text: 'e' },
    { id: 'd', text: 'D' },
    { id: 'b', text: 'b' },
  ]
  rows.extend()
  t.equal(shown(rows), 'D c b', 'what has gone is shown as it was')
  t.equal(rows.indexOf('b'), 2)
  t.equal(rows.indexOf('e'), -1)
  source.all.push({ id: 'a', text: 'a' })
  rows.extend()
  rows.extend()
  t.equal(shown(rows), 'D c b a')
  rows.release()
  t.equal(shown(rows), 'e D b a')
  t.equal(rows.indexOf('e'), 0)
  t.end()
})

t.test('an empty list is not held: nothing in it can move', (t) => {
  const source = new Rows([])
  const rows = new SteadyRows(source)
  rows.hold()
  source.all = [{ id: 'a', text: 'a' }]
  t.equal(shown(rows), 'a')
  t.end()
})

t.test('whatever happens to its source, no held row moves, and none is shown twice', (t) => {
  const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 10 })
  fc.assert(
    fc.property(ids, fc.array(ids), (first, changes) => {
      const source = new Rows(first)
      const rows = new SteadyRows(source)
      rows.hold()
      let before = first
      for (const change of changes) {
        source.all = change.map((id) => ({ id, text: id }))
        rows.extend()
        const now = shown(rows).split(' ').filter(Boolean)
        if (first.length > 0 && now.slice(0, before.length).join() !== before.join())
          throw new Error(`${before} became ${now}`)
        if (new Set(now).size !== now.length) throw new Error(now.join())
        before = now
      }
      rows.release()
      if (shown(rows) !== source.all.map(({ id }) => id).join(' ')) throw new Error('released')
    }),
  )
  t.end()
})
