import t from 'tap'
import { newId } from '../../../src/ids.js'
import { onServer } from '../../helpers/database.js'
import { engineDb } from '../../helpers/engine-db.js'
import { stockDraft } from '../../helpers/log-events.js'

t.test(
  'a write whose COMMIT fails is an error, changes nothing and publishes no event',
  { skip: onServer },
  async (t) => {
    const { db, eventLog } = await engineDb(t)
    let told = 0
    eventLog.onCommit(() => told++)
    const failing = db.write(async (tx) => {
      // A reference to nothing is noticed at the COMMIT.
      await tx.$executeRawUnsafe('PRAGMA defer_foreign_keys = ON')
      const at = new Date()
      await tx.session.create({
        data: { id: newId(), userId: newId(), createdAt: at, lastUsedAt: at, expiresAt: at },
      })
      await eventLog.append(tx, [stockDraft(1)], Date.now())
      return 'done'
    })
    await t.rejects(failing, { message: /ForeignKey/ })
    t.equal(told, 0)
    t.equal(await db.read.session.count(), 0)
    t.equal(await eventLog.head(), 0)

    // The next write has a transaction of its own.
    await db.write((tx) => eventLog.append(tx, [stockDraft(2)], Date.now()))
    t.equal(told, 1)
    t.equal(await eventLog.head(), 1)
  },
)
