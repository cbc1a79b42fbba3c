import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'

const scripts = fileURLToPath(new URL('../../scripts/test', import.meta.url))
const start = `import t from '${pathToFileURL(join(scripts, 'root-test.mjs')).href}'\n`

interface Outcome {
  ok: boolean
  passed: number
  skipped: number
  failures: { path: string[]; message: string }[]
  stderr: string
}

interface RunOptions {
  jobs: number
  hostOf: (file: string) => 'shared' | 'own' | 'none'
  onEnd: (file: string, outcome: Outcome) => void
  env: Record<string, string | undefined>
  limit: number
  signal: AbortSignal
}

const { runAll } = (await import(join(scripts, 'run-all.mjs'))) as {
  runAll: (scripts: Map<string, string>, options: RunOptions) => Promise<void>
}

/** Runs files with these contents in one process after the other. @returns the outcomes, by name */
async function run(t: Test, files: Record<string, string>, settings: Record<string, string> = {}) {
  const dir = t.testdir(files)
  const { TAP_GREP: _, ...env } = process.env
  const outcomes: Record<string, Outcome> = {}
  await runAll(new Map(Object.keys(files).map((name) => [name, join(dir, name)])), {
    jobs: 1,
    hostOf: () => 'shared',
    onEnd(file, outcome) {
      outcomes[file] = outcome
    },
    env: { ...env, TEST_FOLDER: join(dir, 'folders'), ...settings },
    limit: 15,
    signal: new AbortController().signal,
  })
  return outcomes
}

const pid = 'console.error(process.pid)'

t.test('files run in one process, and each is counted alone', async (t) => {
  const { a, b } = await run(t, {
    a: `${start}${pid}; t.test('one', async (t) => { t.ok(1); t.ok(2) }); t.test('two', { skip: 'not here' }, () => {})`,
    b: `${start}${pid}; await t.test('three', async (t) => { t.ok(1) }); t.ok(2)`,
  })
  t.match(a, { ok: true, passed: 2, skipped: 1, failures: [] })
  t.match(b, { ok: true, passed: 2, skipped: 0, failures: [] })
  t.equal(a?.stderr, b?.stderr)
})

t.test('a file that fails is reported, and those after it run', async (t) => {
  const { fails, throws, passes } = await run(t, {
    fails: `${start}t.test('outer', async (t) => { await t.test('inner', async (t) => { t.equal(1, 2) }) })`,
    throws: `throw new Error('no key')`,
    passes: `${start}t.ok(1)`,
  })
  t.match(fails, { ok: false, failures: [{ path: ['outer', 'inner'], message: 'should be equal' }] })
  t.equal(fails?.failures.length, 1)
  t.match(throws, { ok: false, failures: [{ message: 'no key' }] })
  t.match(passes, { ok: true, passed: 1 })
})

t.test('an error that nobody catches fails the innermost running test, and those after it run', async (t) => {
  const { late, rejects, passes } = await run(t, {
    late: `${start}t.test('outer', async (t) => {
      await t.test('inner', () => new Promise((end) => {
        setTimeout(() => { setImmediate(end); throw new Error('too late') })
      }))
    })
    t.test('after it', async (t) => { t.ok(1) })`,
    rejects: `${start}t.test('rejects', () => new Promise((end) => {
      Promise.reject(new Error('nobody waits')).finally(() => setImmediate(end))
    }))`,
    passes: `${start}t.ok(1)`,
  })
  t.match(late, { ok: false, passed: 1, failures: [{ path: ['outer', 'inner'], message: 'too late' }] })
  t.match(rejects, { ok: false, failures: [{ path: ['rejects'], message: 'nobody waits' }] })
  t.match(passes, { ok: true, passed: 1 })
})

t.test('a file that ends its process fails, and the others run in another', async (t) => {
  const { dies, leaves, waits, hangs, passes } = await run(t, {
    dies: `${start}t.test('dies', async () => process.kill(process.pid, 'SIGKILL'))`,
    leaves: `${start}t.test('leaves', async () => process.exit(0))`,
    waits: `${start}t.test('waits for nothing', () => new Promise(() => {}))`,
    hangs: `${start}t.test('hangs', () => new Promise(() => setInterval(() => {}, 1000)))`,
    passes: `${start}t.ok(1)`,
  })
  for (const outcome of [dies, leaves, waits, hangs]) t.equal(outcome?.ok, false)
  t.match(dies?.failures.at(-1)?.message, 'it was ended by SIGKILL')
  t.match(hangs?.failures.at(-1)?.message, 'it did not end within 15 seconds')
  t.match(passes, { ok: true, passed: 1 })
})

t.test('processes left running by a file are reported with the files of its process', async (t) => {
  const { leaves } = await run(t, {
    passes: `${start}t.ok(1)`,
    leaves: `${start}t.ok(1); setInterval(() => {}, 1000)`,
  })
  t.match(leaves, { ok: false, failures: [{ message: /had run passes, leaves: run them alone/ }] })
})

t.test('a file finds the environment as it was, and patterns select its tests', async (t) => {
  const { a, b } = await run(
    t,
    {
      a: `${start}process.env.NODE_ENV = 'production'; t.test('kept', async (t) => { t.ok(1) })`,
      b: `${start}const set = process.env.NODE_ENV
        t.test('kept', async (t) => { t.not(set, 'production') }); t.test('other', async (t) => { t.ok(0) })`,
    },
    { TAP_GREP: '/^kept$/' },
  )
  t.match(a, { ok: true, passed: 1 })
  t.match(b, { ok: true, passed: 1 })
})
