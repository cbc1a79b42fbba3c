import { createRequire } from 'node:module'
import t from 'tap'

const require = createRequire(import.meta.url)

// Release 12 occasionally aborts when compiled with the headers of Node 24.19 or later: too rarely for a test to wait
// for. Release 13, on Node-API 10, cannot.
t.test('the installed driver is the release for this version of Node', async (t) => {
  const nodeApi = Number(process.versions.napi)
  const release = nodeApi >= 10 ? 13 : 12
  t.equal(require('better-sqlite3'), require(`better-sqlite3-${release}`))
  const { version } = require(`better-sqlite3-${release}/package.json`) as { version: string }
  t.match(version, new RegExp(`^${release}\\.`))
  const Database = require('better-sqlite3')
  t.same(new Database(':memory:').prepare('SELECT 7 AS n').get(), { n: 7 })
})
