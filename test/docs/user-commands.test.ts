import t from 'tap'
import { migrate } from '../../src/db/open.js'
import { databaseOf } from '../helpers/database.js'
import { codeUnder } from '../helpers/pages.js'
import { runUser } from '../helpers/user-program.js'

t.test('the commands of the runbook manage accounts, in the order in which they are listed', async (t) => {
  const url = await databaseOf(t, t.testdir())
  await migrate(url)
  const [first = [], ...commands] = codeUnder('docs/runbook.md', 'Manage accounts on the command line')
    .trim()
    .split('\n')
    .map((line) => {
      const [, ...words] = line.match(/(?<=^npm run user )--|'[^']*'|[^\s']+(?=\s|$)/g) ?? []
      return words.slice(words.indexOf('--') + 1).map((word) => word.replaceAll("'", ''))
    })
  t.equal(commands.length, 5)
  // Another admin, because the last one cannot be given another role.
  await runUser(t, url, ['create', 'boss@shop.example', '--role', 'admin', '--generate', '--yes'])
  t.match(await runUser(t, url, first), { code: 0, output: /boss@shop\.example/ })
  for (const args of commands) {
    const scripted = [...args, '--yes', ...(/create|reset-password/.test(args.join()) ? ['--generate'] : [])]
    t.match(await runUser(t, url, scripted), { code: 0, errors: '' }, scripted.join(' '))
  }
  t.match(await runUser(t, url, ['list', '--role', 'staff']), {
    output: /ada@shop\.example +Ada Lovelace +staff/,
  })
})
