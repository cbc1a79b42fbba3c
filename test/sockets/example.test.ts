import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { codeUnder } from '../helpers/pages.js'
import { adminOf, makeProduct, startServer } from '../helpers/process.js'

t.test('the listener of docs/live-events.md resumes after a disconnect and after a restart', async (t) => {
  const code = codeUnder('docs/live-events.md', 'With the client', 'js')
  t.ok(code.split('\n').length <= 25, 'it is short')
  const dir = t.testdir({ 'listen.mjs': code })
  const credentials = { ADMIN_EMAIL: 'boss@shop.test', ADMIN_PASSWORD: 'walnut desk lamp' }
  let server = await startServer(t, dir, credentials)
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const { ADMIN_EMAIL: EMAIL, ADMIN_PASSWORD: PASSWORD } = credentials
  const env = { ...inherited, API: server.url, EMAIL, PASSWORD }
  let output = ''
  const listen = (): ChildProcess => {
    const child = spawn(process.execPath, ['listen.mjs'], { cwd: dir, env })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    t.teardown(() => child.kill('SIGKILL'))
    return child
  }
  const offsets = () => [...output.matchAll(/^(\d+) [a-z]+:/gm)].map(([, offset]) => Number(offset))
  const position = join(dir, 'position.json')
  /** Waits until the listener has printed the event and saved its position. */
  const until = async (last: number) => {
    const noted = () => readFileSync(position, 'utf8').includes(`"offset":${last}}`)
    while (offsets().at(-1) !== last || !noted()) await sleep(20)
  }
  const headers = await adminOf(server, credentials)
  const begun = async () => {
    while (!existsSync(position)) await sleep(20)
  }

  const first = listen()
  await begun()
  const ended = once(first, 'exit')
  first.kill('SIGKILL')
  await ended
  await makeProduct(server.url, headers, 5)
  const second = listen()
  await until(2)
  second.kill('SIGKILL')
  await makeProduct(server.url, headers, 5)
  await makeProduct(server.url, headers, 5)
  listen()
  await until(4)
  t.equal(await server.stop(), 0)
  server = await startServer(t, dir, { ...credentials, PORT: new URL(server.url).port })
  await makeProduct(server.url, headers, 5)
  await until(5)
  t.same(offsets(), [2, 3, 4, 5], 'all after the admin of the settings, who is the first event')
})
