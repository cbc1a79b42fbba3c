import { rmSync } from 'node:fs'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import type { Db } from '../../src/db/db.js'
import { openDb, positionFileOf } from '../../src/db/open.js'
import { testConfig } from '../helpers/app.js'
import { openNodes, sellAndRelay } from '../helpers/open-nodes.js'
import { noRedis, startRedis, until } from '../helpers/redis-server.js'

type App = ReturnType<typeof buildApp>

const putBack = ({ db }: { db: Db }) =>
  db.write(async (tx) => {
    const { lastOffset } = await tx.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
    await tx.event.deleteMany({ where: { offset: lastOffset } })
    await tx.eventCounter.update({ where: { id: 1 }, data: { lastOffset: lastOffset - 1n } })
  })

t.test(
  'after a restore all nodes agree on one new epoch and share Redis under it',
  { skip: noRedis },
  async (t) => {
    const redis = await startRedis(t)
    const { a, b } = await openNodes(t, [{ redisUrl: redis.url }, { redisUrl: redis.url }])
    const epoch = a.eventLog.epoch()
    await sellAndRelay(a, b)
    await putBack(a)
    await until(() => a.eventLog.epoch() !== epoch && b.eventLog.epoch() !== epoch)
    await Promise.all([a.eventLog.look(), b.eventLog.look()])
    const now = await a.eventLog.readEpoch()
    t.same([a.eventLog.epoch(), b.eventLog.epoch()], [now, now])
    t.same([a.redis?.prefix, b.redis?.prefix], Array(2).fill(`stockroom:${now}:`))
    await until(() => a.redis?.up === true && b.redis?.up === true)
    let told = false
    b.redis?.subscribe('events', () => {
      told = true
    })
    await sellAndRelay(a, b)
    await until(() => told)
  },
)

t.test(
  'a new process folder detects a restored log by the position kept in Redis',
  { skip: noRedis },
  async (t) => {
    const redis = await startRedis(t)
    const config = { ...(await testConfig(t, t.testdir({ redis: {} }))), redisUrl: redis.url }
    const run = async (work: (app: App) => Promise<void>) => {
      const app = buildApp(config)
      try {
        await app.ready()
        await until(() => app.redis?.up === true)
        await work(app)
      } finally {
        await app.close()
      }
    }
    let epoch = ''
    const forgetFile = () => rmSync(positionFileOf(config.databaseUrl), { force: true })
    await run(async (app) => {
      epoch = app.eventLog.epoch()
      await sellAndRelay(app, app)
      const { offset } = app.eventLog.position()
      const kept = () => redis.command('GET', `stockroom:${epoch}:log-position`)
      while ((await kept()) !== String(offset)) await new Promise((resolve) => setTimeout(resolve, 10))
    })
    forgetFile()
    await run(async (app) => {
      t.equal(app.eventLog.epoch(), epoch, 'a restart alone changes nothing')
    })
    const db = await openDb(config.databaseUrl)
    await putBack({ db })
    await db.close()
    forgetFile()
    await run(async (app) => {
      t.not(app.eventLog.epoch(), epoch)
    })
  },
)
