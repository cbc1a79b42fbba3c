import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('../..', import.meta.url))

t.test('the demo signs one browser in, places orders, and leaves nothing behind', async (t) => {
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const TMPDIR = t.testdir()
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/run.ts'], {
    cwd: root,
    env: { ...inherited, PORT: '0', TMPDIR, TEMP: TMPDIR },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  let output = ''
  let link: string | undefined
  for await (const chunk of child.stdout) {
    output += chunk
    link = /http\S+\/demo\/\S+/.exec(output)?.[0]
    if (link && output.includes('Ctrl-C')) break
  }
  if (!link) throw new Error(`no link: ${output}${errors}`)
  t.ok(readdirSync(TMPDIR).some((name) => name.startsWith('stockroom-demo-')))

  const opened = await fetch(link, { redirect: 'manual' })
  t.equal(opened.status, 303)
  t.equal(opened.headers.get('location'), '/admin#/orders')
  const cookie = opened.headers.getSetCookie().map((line) => line.split(';')[0])
  t.equal(cookie.length, 2)
  t.equal((await fetch(link, { redirect: 'manual' })).status, 404, 'the sign-in link works once')
  t.equal((await fetch(new URL('/demo/guess', link))).status, 404)

  const ask = async (path: string) =>
    (await fetch(new URL(path, link), { headers: { cookie: cookie.join('; ') } })).json() as Promise<{
      total: number
      today: { orders: number }
    }>
  t.equal((await ask('/products?page=1')).total, 200)
  const before = (await ask('/pulse')).today.orders
  t.ok(before > 100, `${before} orders in the hour before`)
  while ((await ask('/pulse')).today.orders <= before) await sleep(100)

  child.kill('SIGINT')
  t.same(await ended, [0, null])
  t.notOk(readdirSync(TMPDIR).some((name) => name.startsWith('stockroom')))
})
