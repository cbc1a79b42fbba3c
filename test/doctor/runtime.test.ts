import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { cureOf } from '../../src/doctor/database.js'
import { examineDriver, examineNode } from '../../src/doctor/runtime.js'

t.test('an old Node and a driver that does not load are named with what to install', async (t) => {
  t.match(examineNode('18.20.1'), [{ state: 'fault', cure: /Install Node 24/ }])
  t.match(examineNode('20.18.0'), [{ state: 'fault', cure: /20\.19/ }])
  t.match(examineNode('20.19.0'), [{ state: 'warning', cure: 'Install Node 24.' }])
  t.match(examineNode('24.1.0'), [{ state: 'ok' }])
  t.match(await examineDriver(async () => Promise.reject(new Error('no binary\nmore'))), [
    { topic: 'sqlite', state: 'fault', message: /no binary$/, cure: /^Install Stockroom anew/ },
  ])
  t.same(await examineDriver(), [])
})

t.test('a driver without its binary, and one that is missing, are installed by different commands', (t) => {
  const require = createRequire(import.meta.url)
  const driver = require.resolve('../../drivers/better-sqlite3/index.js')
  const copy = (release: string | undefined) => {
    const folder = mkdtempSync(join(tmpdir(), 'driver-'))
    t.teardown(() => rmSync(folder, { recursive: true }))
    copyFileSync(driver, join(folder, 'index.js'))
    if (release) {
      mkdirSync(join(folder, 'node_modules', release), { recursive: true })
      writeFileSync(join(folder, 'node_modules', release, 'package.json'), '{}')
      const index =
        "module.exports = class { constructor() { throw new Error('No bindings. Tried:\\n → x') } }"
      writeFileSync(join(folder, 'node_modules', release, 'index.js'), index)
    }
    return join(folder, 'index.js')
  }
  const release = Number(process.versions.napi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3-12'
  t.throws(() => require(copy(undefined)), {
    message: /Cannot find module .*\. Use Node 24 .* run: npm install --ignore-scripts=false /,
  })
  t.throws(() => require(copy(release)), {
    message:
      /does not load: No bindings\. Use Node 24 .* run: npm (rebuild --ignore-scripts=false better|run build-release)/,
    finding: { message: `the SQLite driver (${release}) does not load: No bindings`, cure: /^Use Node 24/ },
  })
  t.end()
})

t.test('a database that may not be written is sound, and needs no backup', async (t) => {
  for (const reason of [
    'attempt to write a readonly database',
    "EPERM: operation not permitted, chmod 'x.db'",
  ])
    t.match(cureOf(new Error(reason), 'file:x.db'), /^Let the user of the server write/)
})
