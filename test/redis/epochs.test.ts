import { rmSync } from 'node:fs'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { openDb, positionFileOf } from '../../src/db/open.js'
import type { Db } from '../../src/db/types.js'
import { testConfig } from '../helper.js'
import { openNodes, sellAndHear } from './open-nodes.js'
import { noRedis, startRedis, until } from './server.js'

type App = ReturnType<typeof buildApp>

const putBack = ({ db }: { db: Db }) =>
  db.write(async (tx) => {
    const { lastOffset } = await tx.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
    await tx.event.deleteMany({ where: { offset: lastOffset } })
    await tx.eventCounter.update({ where: { id: 1 }, data: { lastOffset: lastOffset - 1n } })
  })

t.test(
  'when the log is put back, all nodes agree on one new epoch and share Redis under it',
  { skip: noRedis },
  async (t) => {
    const redis = await startRedis(t)
    const { a, b } = await openNodes(t, [{ redisUrl: redis.url }, { redisUrl: redis.url }])
    const epoch = a.eventLog.epoch()
    await sellAndHear(a, b)
    await putBack(a)
    await until(() => a.eventLog.epoch() !== epoch && b.eventLog.epoch() !== epoch)
    await Promise.all([a.eventLog.look(), b.eventLog.look()])
    const now = await a.eventLog.readEpoch()
    t.same([a.eventLog.epoch(), b.eventLog.epoch()], [now, now])
    t.same([a.redis?.prefix, b.redis?.prefix], Array(2).fill(`stockroom:${now}:`))
    await until(() => a.redis?.up === true && b.redis?.up === true)
    let told = false
    b.redis?.onTold('events', () => {
      told = true
    })
    await sellAndHear(a, b)
    await until(() => told)
  },
)

t.test(
  'a log that was put back is noticed by what Redis kept, where the folder of the process is new',
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
      await sellAndHear(app, app)
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
