import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { actionName, isNamed } from '../../src/dashboard/audit/action-names.js'
import { ROOT } from '../../src/paths.js'

t.test(
  'every action of the audit trail has a name, and one of a newer server gets its own words',
  async (t) => {
    const [, table = ''] = readFileSync(join(ROOT, 'docs/audit.md'), 'utf8').split('## Actions')
    const rows = table.split('\n').filter((line) => line.startsWith('| `'))
    const actions = rows.flatMap((row) => (row.split('|')[1] ?? '').match(/[a-z]+\.[a-z-]+/g) ?? [])
    t.ok(actions.length > 20)
    t.same(
      actions.filter((action) => !isNamed(action)),
      [],
    )
    t.equal(actionName('user.unlocked'), 'Lock on guesses lifted')
    t.equal(actionName('lamp.switched-on'), 'Switched on')
    t.equal(actionName('constructor.of-nothing'), 'Of nothing')
  },
)
