import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import t, { type Test } from 'tap'
import { stateOf } from '../helpers/backup.js'
import { commandsOf, sh } from '../helpers/backups-page.js'
import { PATIENCE_MS } from '../helpers/patience.js'
import { freePort } from '../helpers/ports.js'
import { adminOf, makeProduct, noRateLimits, startServer } from '../helpers/process.js'
import { missing, run } from '../helpers/topology/programs.js'

const settings = { ...noRateLimits, ADMIN_EMAIL: 'keeper@shop.test', ADMIN_PASSWORD: 'correct horse battery' }
const conf = readFileSync(new URL('../../deploy/litestream.yml', import.meta.url), 'utf8')
const restoring = commandsOf('Follow SQLite with Litestream', 'Restore')

const IN_BUCKET = /type: s3\n +bucket: .*\n +path: stockroom\n/
const IN_CONF = '/var/lib/stockroom/data/stockroom.db'

/** Starts Litestream with deploy/litestream.yml, its bucket replaced by a folder. */
async function startLitestream(t: Test, dir: string, database: string) {
  const port = await freePort()
  if (!IN_BUCKET.test(conf) || !conf.includes(IN_CONF)) throw new Error('deploy/litestream.yml has changed')
  const own = conf
    .replace(IN_BUCKET, `type: file\n        path: ${join(dir, 'replica')}\n`)
    .replace(IN_CONF, database)
  const file = join(dir, 'litestream.yml')
  writeFileSync(file, `addr: 127.0.0.1:${port}\n${own}`)
  return { ...(await run(t, 'litestream', ['replicate', '-config', file], port)), file }
}

t.test(
  'docs/backups.md restores what Litestream copied: as it was at a time, and as it was last',
  { skip: missing('litestream') },
  async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'litestream-'))
    t.teardown(() => rmSync(dir, { recursive: true }))
    const database = join(dir, 'data/stockroom.db')
    const url = `file:${database}`
    const start = () => startServer(t, dir, { ...settings, DATABASE_URL: url })
    const server = await start()
    const litestream = await startLitestream(t, dir, database)
    const names = { '/etc/stockroom/litestream.yml': litestream.file, [IN_CONF]: database }
    const headers = await adminOf(server, settings)
    const body = JSON.stringify({ productId: await makeProduct(server.url, headers, 1_000), quantity: 1 })
    const order = async (count: number, at = server.url, by = headers) => {
      for (; count > 0; count--) {
        const answer = await fetch(`${at}/orders`, { method: 'POST', headers: by, body })
        t.equal(answer.status, 201, await answer.text())
      }
    }
    const [toTime = '', last = ''] = [restoring, restoring.replace(/ -timestamp \S+/, '')]
    t.not(toTime, last)
    /** Restores beside the shop, until the copy is sound and has so many orders. */
    const copied = async (orders: number) => {
      const [copy = ''] = last.split('\n')
      const beside = join(dir, 'beside.db')
      const restoreBeside = () => {
        // The write-ahead log of the copy before would be applied to this one.
        for (const suffix of ['', '-wal', '-shm']) rmSync(beside + suffix, { force: true })
        sh(dir, url, copy, { ...names, 'restored.db': beside })
        return stateOf(`file:${beside}`)
      }
      // Until Litestream has finished its first snapshot, there is no copy, or the one of the database before.
      let outcome: unknown
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(300)) {
        const state = await Promise.resolve()
          .then(restoreBeside)
          .catch((error: unknown) => ({ error }))
        if ('orders' in state && state.orders === orders) return t.match(state, { faults: [] })
        outcome = state
      }
      throw new Error(`not copied: ${inspect(outcome)}`)
    }

    await order(20)
    await copied(20)
    const before = new Date()
    await sleep(1_100) // the copies are dated by the clock of their files
    await order(15)
    await copied(35)
    const { epoch } = (await (await fetch(`${server.url}/events?limit=1`, { headers })).json()) as {
      epoch: string
    }

    // The machine is lost, and with it the database.
    await Promise.all([server.stop('SIGKILL'), litestream.kill()])
    const lose = () => rmSync(join(dir, 'data'), { recursive: true })
    const restore = (commands: string, own: Record<string, string> = {}) => {
      mkdirSync(join(dir, 'data'))
      const restored = join(dir, `restored-${Math.random()}.db`)
      return sh(dir, url, commands, { ...names, 'restored.db': restored, ...own })
    }
    lose()
    t.match(restore(last), /^Restored: 35 orders, .*\n\d+ sessions have ended/m)
    t.match(await stateOf(url), { orders: 35, faults: [] })
    lose()
    const [, moment = ''] = /-timestamp (\S+)/.exec(toTime) ?? []
    t.match(restore(toTime, { [moment]: before.toISOString() }), /^Restored: 20 orders/m)
    const restored = await stateOf(url)
    t.match(restored, { orders: 20, faults: [] })
    t.not(restored.epoch, epoch)

    // The shop goes on with a log of its own, and is copied again.
    const again = await start()
    await litestream.start()
    const anew = await adminOf(again, settings)
    const stale = await fetch(`${again.url}/events?epoch=${epoch}&after=30`, { headers: anew })
    t.match(await stale.json(), { status: 409, type: '/problems/other-log' })
    await order(5, again.url, anew)
    await copied(25)
    t.equal(await again.stop(), 0)
  },
)
