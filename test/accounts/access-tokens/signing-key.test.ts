import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadSigningKey } from '../../../src/accounts/access-tokens/signing-key.js'

t.test('the key is generated once, readable by its owner only, and reused afterwards', async (t) => {
  const dir = join(t.testdir(), 'data')
  const { key, warning } = loadSigningKey(dir)
  t.match(key, /^[\w-]{43}$/)
  t.equal(warning, undefined)
  t.equal(statSync(join(dir, 'jwt-secret')).mode & 0o777, 0o600)
  t.same(loadSigningKey(dir), { key, warning: undefined })
})

t.test('warns of a key file that others can read', { skip: process.platform === 'win32' }, async (t) => {
  const dir = t.testdir()
  const { key } = loadSigningKey(dir)
  for (const mode of [0o644, 0o640, 0o604, 0o620]) {
    chmodSync(join(dir, 'jwt-secret'), mode)
    const kept = loadSigningKey(dir)
    t.equal(kept.key, key)
    t.match(kept.warning, `mode 0${mode.toString(8)}`)
    t.match(kept.warning, /jwt-secret.*chmod 600/)
  }
})

t.test('refuses a guessable key, names its file, and does not replace it', async (t) => {
  for (const key of ['abc', '', 'a'.repeat(43), ' '.repeat(43), 'your-256-bit-secret-goes-here-please']) {
    const dir = join(t.testdir(), 'data')
    mkdirSync(dir, { recursive: true })
    const file = join(dir, 'jwt-secret')
    writeFileSync(file, key, { mode: 0o600 })
    t.throws(() => loadSigningKey(dir), { message: /jwt-secret can be guessed/ }, JSON.stringify(key))
    t.equal(readFileSync(file, 'utf8'), key)
  }
})
