import t from 'tap'
import { kill } from '../faults/processes.js'
import type { Result, Round } from '../torture.js'
import { held, table } from './table.js'

const round = (number: number, more: Partial<Round> = {}): Round => {
  const recovery = { readyMs: 10, orderMs: 20 }
  return { number, hits: 1, acknowledged: 5, recovery, findings: [], deaths: [], ...more }
}
const resultOf = (wanted: number, ...rounds: Round[]): Result => {
  return {
    fault: kill,
    database: 'sqlite',
    wanted,
    rounds,
    acknowledged: 5 * rounds.length,
    statuses: new Map(),
    sessionsGivenUp: 0,
  }
}

t.test('a run passes if enough rounds have a hit and there are no findings', async (t) => {
  t.ok(held(resultOf(2, round(1), round(2))))
  t.ok(held(resultOf(2, round(1), round(2, { hits: 0 }), round(3))), 'a missed round was repeated')
  t.notOk(held(resultOf(2, round(1, { hits: 0 }), round(2, { hits: 0 }))), 'no hits')
  t.notOk(held(resultOf(2, round(1), round(2, { hits: 0 }))), 'too few hits')
  t.notOk(held(resultOf(1, round(1, { findings: [{ kind: 'lost', text: 'an order' }] }))))
  t.notOk(held(resultOf(1, round(1, { deaths: ['process 0 ended by itself'] }))))
})

t.test('the table counts the hits, and the rounds with a hit', async (t) => {
  const [, , row = ''] = table([resultOf(2, round(1, { hits: 3 }), round(2, { hits: 0 }))]).split('\n')
  const cells = row.split('|').map((cell) => cell.trim())
  t.same(cells.slice(1, 6), ['`kill`', 'SQLite', '1', '3', '10'])
})
