import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { stockroom } from '../helpers/command.js'
import { onServer } from '../helpers/database.js'
import { doctor, type Env, type Expected } from '../helpers/doctor.js'
import { startNginx } from '../helpers/nginx.js'
import { freePort } from '../helpers/ports.js'
import { startServer } from '../helpers/process.js'
import { without } from '../helpers/topology/programs.js'

const GOOD = { Host: '$http_host', 'X-Forwarded-For': '$proxy_add_x_forwarded_for' }
const UPGRADE = { Upgrade: '$http_upgrade', Connection: 'upgrade' }

/** Wrongly configured proxies: the headers sent by nginx, and the settings. */
const PROXIES: Record<string, Expected & { fields: Env; env: Env }> = {
  'a proxy that is not trusted': {
    fields: { ...GOOD, ...UPGRADE },
    env: {},
    topic: 'proxy',
    state: 'fault',
    message: /share one rate limit: 1 proxies add addresses, and 0 are trusted/,
    cure: /^Set TRUST_PROXY=1\.$/,
  },
  'more proxies trusted than there are': {
    fields: { ...GOOD, ...UPGRADE },
    env: { TRUST_PROXY: '2' },
    topic: 'proxy',
    state: 'fault',
    message: /a client can choose the address/,
    cure: /^Set TRUST_PROXY=1\.$/,
  },
  'a proxy that does not tell addresses': {
    fields: { Host: '$http_host', 'X-Forwarded-For': '""', ...UPGRADE },
    env: { TRUST_PROXY: '1' },
    topic: 'proxy',
    state: 'fault',
    message: /no proxy adds the address/,
    cure: /X-Forwarded-For/,
  },
  'a proxy that changes Host': {
    fields: { ...GOOD, ...UPGRADE, Host: 'backend' },
    env: { TRUST_PROXY: '1' },
    topic: 'proxy',
    state: 'fault',
    message: /the dashboard cannot sign in: the request for .* arrives for backend/,
    cure: /proxy_set_header Host/,
  },
  'a proxy that stops WebSockets': {
    fields: GOOD,
    env: { TRUST_PROXY: '1' },
    topic: 'proxy',
    state: 'warning',
    message: /WebSockets do not pass/,
    cure: /Upgrade and Connection/,
  },
}

const noNginx = without('nginx')

/** A folder whose path is short enough, with the files for a test behind nginx. */
async function behindNginx(t: Test, fields: Env) {
  const dir = mkdtempSync(join(tmpdir(), 'doctor-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  const [front, back] = [await freePort(), await freePort()]
  await startNginx(t, { dir, port: front, node: `127.0.0.1:${back}`, fields })
  return { dir, url: `http://127.0.0.1:${front}`, PORT: String(back) }
}

for (const [name, { fields, env, topic, state, message, cure }] of Object.entries(PROXIES))
  t.test(`found, with the cure: ${name}`, { skip: onServer || noNginx }, async (t) => {
    t.testdir()
    const { dir, url, PORT } = await behindNginx(t, fields)
    const { found } = await doctor(t, dir, { ...env, PORT }, '--url', url)
    t.ok(
      found.some(
        (each) =>
          each.topic === topic && each.state === state && message.test(each.message) && cure.test(each.cure),
      ),
      JSON.stringify(found, undefined, 2),
    )
  })

t.test(
  'a sound set-up has no faults, before and while a server runs',
  { skip: onServer || noNginx },
  async (t) => {
    t.testdir()
    const { dir, url, PORT } = await behindNginx(t, { ...GOOD, ...UPGRADE })
    const env = { PORT, TRUST_PROXY: '1', PUBLIC_URL: url, DATABASE_URL: `file:${join(dir, 'data/shop.db')}` }
    const before = await doctor(t, dir, env)
    t.equal(before.code, 0)
    t.same(
      before.found.filter(({ state, topic }) => state !== 'ok' && topic !== 'node'),
      [],
    )
    t.match(before.found.find(({ topic }) => topic === 'proxy')?.message, /told apart behind 1 proxies/)
    await startServer(t, dir, env)
    const during = await doctor(t, dir, env)
    t.same(
      during.found.filter(({ state, topic }) => state !== 'ok' && topic !== 'node'),
      [],
    )
    t.match(during.found.find(({ topic }) => topic === 'port')?.message, /runs on port \d+, and is ready/)
    t.match(during.found.find(({ topic }) => topic === 'proxy')?.message, /answers at .*with WebSockets/)
    const text = await stockroom(t, ['doctor'], { cwd: dir, env })
    t.match(text, { code: 0, output: /\n0 faults, \d warnings?\.\n$/ })
  },
)
