import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { noProc, until } from '../helpers/raw-connection.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Scripts that run until stopped, with the output showing they are running. */
const SCRIPTS: Record<string, { args?: string[]; atWork: RegExp }> = {
  start: { atWork: /Stockroom is at/ },
  dev: { atWork: /Stockroom is at/ },
  demo: { atWork: /Ctrl-C stops it/ },
  seed: { args: ['--products', '1000000', '--orders', '0'], atWork: /The first admin/ },
  bench: { args: ['--only', 'reads'], atWork: /Load by/ },
}

/** Returns the processes of a session (setsid(2)) according to /proc, without zombies. */
function processesOf(session: number): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      // Fields after the name, which is parenthesized and may contain anything: state, parent, group and session.
      const [state, , , own] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (Number(own) !== session || state === 'Z') return []
      return [readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')]
    } catch {
      return [] // exited meanwhile
    }
  })
}

/** Ways to stop a script: a supervisor signals only npm, a terminal the whole foreground group. */
const ENDS = {
  'SIGTERM to npm': (session: number) => process.kill(session, 'SIGTERM'),
  'Ctrl-C': (session: number) => process.kill(-session, 'SIGINT'),
}

for (const [name, { args = [], atWork }] of Object.entries(SCRIPTS))
  for (const [how, end] of Object.entries(ENDS))
    t.test(`npm run ${name} leaves no process behind after ${how}`, { skip: noProc }, async (t) => {
      // The watcher creates a Unix socket below TMPDIR, with a path limit of 107 bytes.
      const dir = mkdtempSync(join(tmpdir(), 'scripts-'))
      t.teardown(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }))
      const { NODE_OPTIONS: _, ...inherited } = process.env
      const child = spawn('npm', ['run', name, '--', ...args], {
        cwd: root,
        env: {
          ...inherited,
          PORT: '0',
          BCRYPT_COST: '4',
          DATABASE_URL: `file:${join(dir, 'shop.db')}`,
          TMPDIR: dir,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true, // in a new session
      })
      const session = child.pid as number
      t.teardown(() => {
        if (processesOf(session).length > 0) process.kill(-session, 'SIGKILL')
      })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
      await until(() => atWork.test(output) || child.exitCode !== null, `${name} works`, 300_000)
      t.match(output, atWork)
      t.ok(processesOf(session).length > 1)
      end(session)
      await until(() => processesOf(session).length === 0, `${name} ended`, 120_000).catch(() => undefined)
      t.same(processesOf(session), [])
    })
