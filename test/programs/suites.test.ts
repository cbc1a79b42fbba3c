import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('../..', import.meta.url))

const { suitesFor, listedFiles, hostOf } = (await import(join(root, 'scripts/test/suites.mjs'))) as {
  suitesFor(database: 'sqlite' | 'mysql', files: string[], extent: 'quick' | 'ci' | 'all'): string[]
  listedFiles(): string[]
  hostOf(file: string): 'shared' | 'own' | 'none'
}

t.test('the lists of test files name existing ones', async (t) => {
  t.same(
    listedFiles().filter((file) => !existsSync(join(root, file))),
    [],
  )
})

t.test('each extent of a run includes the shorter one', async (t) => {
  const files = [...new Set(listedFiles())]
  for (const database of ['sqlite', 'mysql'] as const) {
    const [quick, ci, all] = (['quick', 'ci', 'all'] as const).map((extent) =>
      suitesFor(database, files, extent),
    ) as [string[], string[], string[]]
    t.ok(quick.length > 0 && quick.length < ci.length && ci.length < all.length, database)
    t.same(
      quick.filter((file) => !ci.includes(file)),
      [],
    )
    t.same(
      ci.filter((file) => !all.includes(file)),
      [],
    )
  }
})

t.test('every file runs on a database', async (t) => {
  const files = listedFiles()
  const run = new Set([...suitesFor('sqlite', files, 'all'), ...suitesFor('mysql', files, 'all')])
  t.same(
    files.filter((file) => !run.has(file)),
    [],
  )
})

t.test(
  'tests that set the clock have a process of their own, since the clock of ids never goes back',
  async (t) => {
    const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `test/${name.replaceAll('\\', '/')}`)
    const setting = files.filter((file) =>
      /Date\.now = \(\)|observeTime\(Date\.now/.test(readFileSync(join(root, file), 'utf8')),
    )
    t.ok(setting.includes('test/db/clock.test.ts'))
    t.same(
      setting.filter((file) => hostOf(file) === 'shared'),
      [],
    )
  },
)
