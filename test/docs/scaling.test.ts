import { join } from 'node:path'
import t from 'tap'
import { configOfEmpty } from '../helpers/app.js'
import { stateOf } from '../helpers/backup.js'
import { onFile, serverDatabase } from '../helpers/database.js'
import { codeUnder, root, sh } from '../helpers/pages.js'
import { makeHistory, withShop } from '../helpers/shop-history.js'

t.test('the steps of docs/scaling.md move a shop to a database server', { skip: onFile }, async (t) => {
  const dir = t.testdir()
  const from = `file:${join(dir, 'shop.db')}`
  const to = await serverDatabase(t)
  await withShop({ ...(await configOfEmpty(t, dir)), databaseUrl: from }, (app) => makeHistory(app))
  const command = codeUnder('docs/scaling.md', 'Moving a shop that has outgrown its file')
    .replace('file:./data/stockroom.db', `'${from}'`)
    .replace('mysql://user:password@host:3306/shop', `'${to}'`)
  t.match(await sh(command, root), { code: 0 })
  const copied = await stateOf(to)
  t.match(copied, { faults: [] })
  t.ok(copied.orders > 0)
  t.same(copied, await stateOf(from))
})
