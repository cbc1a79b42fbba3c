import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { codeBlocks, read, root, sh } from '../helpers/pages.js'

/** The test of each shell block: by page and heading. */
const RUN: Record<string, string> = {
  'README.md › Start': '.ci/smoke',
  'README.md › Tour': 'test/docs/readme.test.ts',
  'README.md › Test': '.ci/run',
  'docs/api.md › Files': 'test/docs/files.test.ts',
  'docs/command-line.md': 'test/docs/commands.test.ts',
  'docs/command-line.md › Files': 'test/docs/commands.test.ts',
  'docs/command-line.md › Keys': 'test/docs/commands.test.ts',
  'docs/extending.md › A column and a route in a fork › Its tests': 'test/programs/fork.test.ts',
  'docs/package.md': 'test/programs/package.test.ts',
  'docs/backups.md › Back up › SQLite': 'test/docs/backups.test.ts',
  'docs/backups.md › Back up › MariaDB and MySQL': 'test/docs/backups.test.ts',
  'docs/backups.md › Restore a backup › SQLite': 'test/docs/backups.test.ts',
  'docs/backups.md › Restore a backup › MariaDB and MySQL': 'test/docs/backups.test.ts',
  'docs/backups.md › Follow SQLite with Litestream › Restore': 'test/backup/litestream.test.ts',
  'docs/backups.md › Go back to a moment on MariaDB or MySQL › Keep the log':
    'test/backup/point-in-time.test.ts',
  'docs/backups.md › Go back to a moment on MariaDB or MySQL › Restore': 'test/backup/point-in-time.test.ts',
  'docs/runbook.md › Manage accounts on the command line': 'test/docs/user-commands.test.ts',
  'docs/runbook.md › A node does not become ready': 'test/docs/readme.test.ts',
  'docs/runbook.md › Read the logs': 'test/docs/readme.test.ts',
  'docs/scaling.md › Moving a shop that has outgrown its file': 'test/docs/scaling.test.ts',
  'docs/scaling.md › Many nodes': 'test/docs/readme.test.ts',
}

/** Why no test runs the others. */
const NOT_RUN: Record<string, string> = {
  'docs/deploying.md › One node under systemd': 'installs a service of the system',
  'docs/deploying.md › One node in Docker': 'needs Docker',
  'docs/scaling.md › All cores of one machine': 'test/workers/as-one.test.ts starts the same',
  'docs/scaling.md › Several database servers': 'installs a system, and takes half an hour',
  'docs/security-log.md': 'runs until it is interrupted',
  'docs/testing.md': 'takes hours',
  'docs/traces.md › Looking at traces in Jaeger': 'needs Docker; test/tracing has a collector of its own',
}

const PAGES = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => `docs/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md')),
]
const nameOf = (page: string, heading: string) => [page, heading].filter(Boolean).join(' › ')

t.test('every shell block of the README and docs/ is run by a test, or listed with the reason', async (t) => {
  const blocks = PAGES.flatMap(codeBlocks).filter(({ language }) => language === 'sh')
  const names = blocks.map(({ page, heading }) => nameOf(page, heading))
  t.same(names.toSorted(), [...Object.keys(RUN), ...Object.keys(NOT_RUN)].toSorted())
  for (const [name, runner] of Object.entries(RUN)) {
    const heading = name.split(' › ').slice(1)
    if (runner.startsWith('test/')) for (const part of heading) t.ok(read(runner).includes(part), name)
  }
})

t.test('every shell block has valid syntax, and its npm scripts exist', async (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  for (const page of [...PAGES, 'CONTRIBUTING.md', 'bench/README.md'])
    for (const { heading, language, code } of codeBlocks(page)) {
      if (language !== 'sh') continue
      const parsed = await sh(`sh -n <<'END_OF_BLOCK'\n${code}\nEND_OF_BLOCK`, root)
      t.match(parsed, { code: 0, errors: '' }, nameOf(page, heading))
      for (const [, script = ''] of code.matchAll(/npm run (?:--\w+ )*([\w:-]+)/g))
        t.ok(scripts[script], `${page}: ${script}`)
    }
})
