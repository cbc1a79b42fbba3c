import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { databaseOf } from '../helpers/database.js'
import { freePort } from '../helpers/ports.js'
import { entry } from '../helpers/process.js'

const onlyLinux = { skip: process.platform !== 'linux' && 'no such device here' }

const START_MS = 60_000

/** Starts the program with `stdout` as its standard output. */
async function startWith(t: Test, stdout: 'pipe' | number) {
  const dir = t.testdir()
  const port = await freePort()
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    PORT: String(port),
    DATABASE_URL: await databaseOf(t, dir, 'data/stockroom.db'),
    BCRYPT_COST: '4',
    LOG_LEVEL: 'info',
  }
  const child = spawn(process.execPath, [entry], { cwd: dir, env, stdio: ['ignore', stdout, 'pipe'] })
  t.teardown(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  let errors = ''
  child.stderr?.on('data', (chunk) => (errors += chunk))
  return { child, ended, url: `http://127.0.0.1:${port}`, errors: () => errors }
}

type Started = Awaited<ReturnType<typeof startWith>>

/** Waits until the server responds, since its log cannot be read. Fails if the server exits or hangs. */
async function listening({ child, url }: Started): Promise<void> {
  for (const began = performance.now(); performance.now() - began < START_MS; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`the server ended with status ${child.exitCode}`)
    const answer = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => undefined,
    )
    if (answer?.ok) return
  }
  throw new Error('the server does not answer')
}

/** Sends logged requests, then stops the server. */
async function servesAndEnds(t: Test, server: Started): Promise<void> {
  const { child, ended, url } = server
  await listening(server)
  for (let i = 0; i < 5; i++) t.equal((await fetch(`${url}/nowhere`)).status, 404)
  child.kill('SIGTERM')
  t.equal(await ended, 0)
}

t.test('a server whose log reader has gone keeps serving, and ends on a signal', async (t) => {
  const server = await startWith(t, 'pipe')
  server.child.stdout?.destroy()
  await servesAndEnds(t, server)
})

t.test('a server whose log is on a full disk keeps serving, and reports it', onlyLinux, async (t) => {
  const server = await startWith(t, openSync('/dev/full', 'w'))
  await servesAndEnds(t, server)
  t.match(server.errors(), /The log cannot be written: ENOSPC/)
})

t.test(
  'a server does not wait for a slow reader of its log, which receives the lines later',
  onlyLinux,
  async (t) => {
    const pipe = join(t.testdir(), 'pipe')
    execFileSync('mkfifo', [pipe])
    const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK)
    const filler = Buffer.alloc(4096, '.')
    t.throws(
      () => {
        for (;;) writeSync(fd, filler)
      },
      { code: 'EAGAIN' },
    )

    const server = await startWith(t, fd)
    await listening(server)
    t.equal((await fetch(`${server.url}/nowhere`)).status, 404)
    t.match(server.errors(), /The log cannot be written: EAGAIN/)
    const buffer = Buffer.alloc(1024 * 1024)
    const read = () => buffer.toString('utf8', 0, readSync(fd, buffer))
    t.match(read(), /^\.+$/)
    await servesAndEnds(t, server)
    const log = read()
    t.match(log, /"msg":"Server listening/)
    t.match(log, /"msg":"closing"/)
    t.match(server.errors(), /The log is written again; 0 lines were lost/)
  },
)
