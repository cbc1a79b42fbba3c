import t from 'tap'
import { recordAudit } from '../../../src/audit/record-audit.js'
import { newId } from '../../../src/ids.js'
import { SYSTEM } from '../../../src/stream/origin.js'
import { build } from '../../helpers/app.js'

const SECOND_DAYS = 1 / (24 * 60 * 60)

t.test('entries are deleted after AUDIT_RETENTION, while the program runs', async (t) => {
  const app = await build(t, { auditRetention: SECOND_DAYS })
  await app.db.write((tx) => recordAudit(tx, { origin: SYSTEM, action: 'user.unlocked', subject: newId() }))
  const start = performance.now()
  while ((await app.db.read.auditEntry.count()) > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  t.ok(performance.now() - start > 500, 'not before')
})
