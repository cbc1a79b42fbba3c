import { readFileSync } from 'node:fs'
import t from 'tap'
import { faults } from '../faults/index.js'

const page = readFileSync(new URL('../../../docs/guarantees.md', import.meta.url), 'utf8')

t.test('docs/guarantees.md describes exactly the known faults, in the order of the table', async (t) => {
  const [, rows = ''] = page.split('\nRows:\n')
  const named = [...rows.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
  )
  t.same(
    named,
    faults.map(({ name }) => name),
  )
})
