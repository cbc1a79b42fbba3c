import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'

const root = fileURLToPath(new URL('../..', import.meta.url))
const runner = join(root, 'scripts/test.mjs')

/** Returns whether a process is running; a zombie is not. */
function lives(pid: number) {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

const start = "import t from 'tap'\n"

/** Runs the test runner on files with these contents. */
async function run(t: Test, files: Record<string, string>, args: string[] = [], kill?: RegExp) {
  const dir = t.testdir(files)
  const { TAP: _, TAP_GREP: __, NODE_OPTIONS: ___, ...env } = process.env
  const paths = Object.keys(files).map((name) => join(dir, name))
  const child = spawn(process.execPath, [runner, '--sqlite', '--jobs=1', ...args, ...paths], {
    cwd: root,
    env,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
      if (kill?.test(output)) child.kill('SIGTERM')
    })
  const [status] = await once(child, 'close')
  t.notMatch(output, /\x1b/, 'no control sequences when the output is not a terminal')
  const [lines = '', summary = ''] = output.split(/\n\n(?=passed on|FAILED on)/)
  return { status, output, lines, summary }
}

t.test('reports the tests that pass', async (t) => {
  const { status, output } = await run(t, {
    'a.mjs': `${start}t.test('one', async (t) => { t.ok(1); t.test('in it', async (t) => { t.ok(1) }) })`,
    'b.mjs': `${start}t.test('two', { skip: 'not here' }, async (t) => { t.ok(1) })`,
  })
  t.equal(status, 0)
  t.match(output, /^ok {3}\S+a\.mjs \(2 assertions, [\d.]+ s\)$/m)
  t.match(output, /^ok {3}\S+b\.mjs \(0 assertions, 1 skipped, [\d.]+ s\)$/m)
  t.match(output, /^passed on sqlite: 2 files, 2 assertions, 1 skipped, [\d.]+ s$/m)
})

t.test('reports a failure at once and again at the end, with the command that repeats it', async (t) => {
  const { status, lines, summary } = await run(t, {
    'fails.mjs': `${start}
      t.test("the shop's door", async (t) => {
        await t.test('is open', async (t) => { t.equal(1 + 1, 3) })
        await t.test('is wide', async (t) => { t.ok(true) })
      })
      t.test('throws', async () => { throw new Error('no key') })`,
    'passes.mjs': `${start}t.ok(1)`,
  })
  t.equal(status, 1)
  t.match(lines, /^FAIL \S+fails\.mjs \(1 assertion, /m)
  t.match(lines, /› the shop's door › is open\n +should be equal\n +at \S+fails\.mjs:4:\d+\n/)
  t.match(lines, /-3\n +\+2\n/, 'with the difference')
  t.match(lines, /› throws\n +no key\n/)
  t.match(lines, /^ok {3}\S+passes\.mjs/m, 'the other files are run')
  t.match(summary, /^FAILED on sqlite: 1 of 2 files, /m)
  t.match(summary, /^ {2}\S+fails\.mjs › the shop's door › is open: should be equal$/m)
  t.match(summary, /^ {2}\S+fails\.mjs › throws: no key$/m)
  const commands = summary.match(/again: npm test -- .*/g) ?? []
  t.equal(commands.length, 2, 'one command per test')
  t.match(commands[0], /^again: npm test -- --sqlite \S+fails\.mjs --grep='\/\^the shop'\\''s door\$\/'$/)
  t.equal(summary.match(/›/g)?.length, 3, 'each failure is listed once')
})

t.test('the pattern of the command selects that test alone', async (t) => {
  const files = {
    'a.mjs': `${start}t.test('a (1/2)', async (t) => { t.ok(1) }); t.test('a 12', async (t) => { t.ok(0) })`,
  }
  const { status } = await run(t, files, ['--grep=/^a \\(1\\/2\\)$/'])
  t.equal(status, 0)
  t.equal((await run(t, files, ['--grep=/^a/'])).status, 1)
})

t.test('reports files that end abnormally', async (t) => {
  const { status, lines, summary } = await run(
    t,
    {
      'cannot-load.mjs': "import './missing.mjs'",
      'never-plans.mjs': `${start}t.test('waits', () => new Promise(() => {}))`,
      'leaves.mjs': `${start}t.test('leaves', async () => process.exit(0))`,
      'dies.mjs': `${start}t.test('dies', async () => process.kill(process.pid, 'SIGKILL'))`,
      'exits.mjs': `${start}t.test('passes', async (t) => { t.ok(1) }); process.on('exit', () => { process.exitCode = 3 })`,
      'hangs.mjs': `${start}t.test('hangs', () => new Promise(() => setInterval(() => {}, 1000)))`,
      'silent.mjs': 'console.error("nothing to say")',
    },
    ['--timeout=15'],
  )
  t.equal(status, 1)
  t.match(summary, /^FAILED on sqlite: 7 of 7 files/m)
  t.match(summary, /cannot-load\.mjs: it ended with status 1 before its first test\n +again: /)
  t.match(lines, /cannot-load[^]*?It wrote to standard error:[^]*?Cannot find module/)
  t.match(summary, /never-plans\.mjs › waits: /)
  t.match(summary, /leaves\.mjs › leaves: /)
  t.match(summary, /dies\.mjs/)
  t.match(summary, /exits\.mjs: it ended with status 3 although no test failed/)
  t.match(summary, /hangs\.mjs › hangs: /)
  t.match(summary, /hangs\.mjs: it did not end within 15 seconds/)
  t.match(summary, /silent\.mjs: it ended with status 0 before its first test/)
})

t.test('an interrupt ends the running tests and their child processes', async (t) => {
  const { status, output } = await run(
    t,
    {
      'slow.mjs': `${start}import { spawn } from 'node:child_process'
        t.test('waits', () => {
          const { pid } = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
          console.log('child ' + pid + '.')
          return new Promise(() => setInterval(() => {}, 1000))
        })`,
    },
    ['--tap'],
    /child \d+\./,
  )
  t.equal(status, 1)
  t.match(output, 'The tests were interrupted.')
  const [, pid = ''] = /child (\d+)\./.exec(output) ?? []
  t.ok(pid)
  while (lives(Number(pid))) await setTimeout(50)
})
