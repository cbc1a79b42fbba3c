import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mariadb'
import t from 'tap'
import { stateOf } from '../helpers/backup.js'
import { commandsOf, sh } from '../helpers/backups-page.js'
import { adminOf, makeProduct, noRateLimits, startServer } from '../helpers/process.js'
import { unless } from '../helpers/topology/programs.js'
import { startMariadb } from '../helpers/topology/services.js'

const settings = { ...noRateLimits, ADMIN_EMAIL: 'keeper@shop.test', ADMIN_PASSWORD: 'correct horse battery' }
const section = 'Go back to a moment on MariaDB or MySQL'
const MOMENT = '2026-11-28 10:14:59'

/** Waits until the next second of the clock begins, and returns it as MariaDB's programs write it, in local time. */
async function nextSecond(): Promise<string> {
  await sleep(1_000 - (Date.now() % 1_000))
  const now = new Date()
  const two = (n: number) => String(n).padStart(2, '0')
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-')
  return `${day} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':')}`
}

t.test(
  'docs/backups.md gives back all orders up to a moment after the dump, and a new log',
  { skip: unless('mariadbd', 'mariadb', 'mariadb-dump', 'mariadb-binlog') },
  async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'moment-'))
    t.teardown(() => rmSync(dir, { recursive: true }))
    const { port, url } = await startMariadb(t, ['--log-bin=binlog', '--sync-binlog=1', '--server-id=1'])
    const account = `[client]\nhost = 127.0.0.1\nport = ${port}\nuser = root\n`
    writeFileSync(join(dir, 'backup.cnf'), account, { mode: 0o600 })
    const start = () => startServer(t, dir, { ...settings, DATABASE_URL: url })
    const server = await start()
    const headers = await adminOf(server, settings)
    const product = await makeProduct(server.url, headers, 1_000)
    const body = JSON.stringify({ productId: product, quantity: 1 })
    const order = async (count: number, at = server.url, by = headers) => {
      for (; count > 0; count--) {
        const answer = await fetch(`${at}/orders`, { method: 'POST', headers: by, body })
        t.equal(answer.status, 201, await answer.text())
      }
    }

    await order(20)
    const dumped = sh(dir, url, commandsOf(section, 'Keep the log'))
    t.match(dumped, /Dump completed/)
    await order(10)
    const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' })
    t.teardown(() => connection.end())
    await connection.query('FLUSH BINARY LOGS') // the rest is in a second file
    await order(5)
    const moment = await nextSecond()
    const { epoch } = await stateOf(url)
    await order(7)
    await connection.query('DROP DATABASE shop')
    await server.stop()

    const restored = sh(dir, url, commandsOf(section, 'Restore'), { [MOMENT]: moment })
    t.match(restored, /^The log now has the epoch [0-9a-f]{32}\. [1-9]\d* sessions have ended\.$/m)
    t.notMatch(restored, /FAULTY/)
    t.ok((restored.match(/^ok /gm) ?? []).length > 3, 'verify says what it has checked')
    const now = await stateOf(url)
    t.match(now, { orders: 35, faults: [] })
    t.not(now.epoch, epoch)

    const again = await start()
    const anew = await adminOf(again, settings)
    const shown = (await (await fetch(`${again.url}/products/${product}`)).json()) as { stock: number }
    t.equal(shown.stock, 1_000 - 35)
    const stale = await fetch(`${again.url}/events?epoch=${epoch}&after=30`, { headers: anew })
    t.match(await stale.json(), { status: 409, type: '/problems/other-log' })
    await order(1, again.url, anew)
    t.equal(await again.stop(), 0)
  },
)
