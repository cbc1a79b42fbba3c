import { createRequire } from 'node:module'
import t from 'tap'

const require = createRequire(import.meta.url)

// Release 12 aborts where it was compiled with the headers of Node 24.19 or later, in some processes of many: no test can
// wait for that. Release 13, on Node-API 10, cannot.
t.test('the driver is the release that runs on this version of Node', async (t) => {
  const nodeApi = Number(process.versions.napi)
  const release = nodeApi >= 10 ? 13 : 12
  t.equal(require('better-sqlite3'), require(`better-sqlite3-${release}`))
  const { version } = require(`better-sqlite3-${release}/package.json`) as { version: string }
  t.match(version, new RegExp(`^${release}\\.`))
  const Database = require('better-sqlite3')
  t.same(new Database(':memory:').prepare('SELECT 7 AS n').get(), { n: 7 })
})
