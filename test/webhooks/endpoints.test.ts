import t from 'tap'
import { createSecretBox } from '../../src/accounts/mfa/secret-box.js'
import { newId } from '../../src/ids.js'
import { SYSTEM } from '../../src/stream/origin.js'
import { loadEndpoints } from '../../src/webhooks/endpoints.js'
import { createHosts } from '../../src/webhooks/sending/resolve.js'
import { createWebhooks } from '../../src/webhooks/webhooks.js'
import { engineDb } from '../helpers/engine-db.js'

const box = createSecretBox({ secrets: ['x'.repeat(32)], purpose: 'webhooks' })
const urls = { hosts: createHosts({ allowPrivate: true }), httpsOnly: false }

t.test(
  'a wait that a clock has made long is cut to what it was; a lost key keeps a webhook back',
  async (t) => {
    const { db, eventLog } = await engineDb(t)
    const webhooks = createWebhooks({ db, eventLog, box, urls, onChange: () => {} })
    const { id } = await webhooks.create({ url: 'http://127.0.0.1:1/' }, SYSTEM)
    const far = { failures: 1, nextAttemptAt: new Date('2199-01-01') }
    await db.write((tx) => tx.webhook.updateMany({ data: far }))
    const lost: string[] = []
    const load = (with_ = box) => loadEndpoints({ db, box: with_, onLostSecret: (each) => lost.push(each) })
    const [endpoint] = await load()
    t.ok(Number(endpoint?.waitMs) <= 27 * 60 * 60 * 1000)
    t.same(await load(createSecretBox({ secrets: ['y'.repeat(32)], purpose: 'webhooks' })), [])
    t.same(lost, [id])
  },
)

t.test('after 0 means all that the log still has, also once its beginning was deleted', async (t) => {
  const { db, eventLog } = await engineDb(t)
  const webhooks = createWebhooks({ db, eventLog, box, urls, onChange: () => {} })
  const create = (after: number) => webhooks.create({ url: 'http://127.0.0.1:1/', after }, SYSTEM)
  t.equal((await create(0)).position, 0, 'of an empty log')
  const data = { productId: newId(), stock: 1 }
  const drafts = Array.from({ length: 9 }, () => ({
    type: 'stock:changed' as const,
    userId: null,
    data,
    origin: SYSTEM,
  }))
  await db.write((tx) => eventLog.append(tx, drafts, Date.now()))
  await db.write((tx) => tx.event.deleteMany({ where: { offset: { lte: 4 } } }))
  const { id, position } = await create(0)
  t.equal(position, 4)
  t.equal((await create(4)).position, 4)
  await t.rejects(create(3), { code: 'invalid-request', extra: { errors: [{ path: 'after' }] } })
  t.equal((await create(9)).position, 9)
  t.equal((await webhooks.replay(id, 0, SYSTEM)).position, 4)
  await db.write((tx) => tx.event.deleteMany({}))
  t.equal((await create(0)).position, 9, 'of a log whose events are all deleted')
})
