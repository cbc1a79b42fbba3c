import t from 'tap'
import { hashOfKey, isKeyForm, newKey, shownPart } from '../../../src/accounts/api-keys/key-format.js'

t.test('a key has a known beginning, 43 random characters and a checksum', async (t) => {
  const keys = Array.from({ length: 200 }, newKey)
  t.equal(new Set(keys).size, 200)
  t.ok(keys.every((key) => /^sk_stockroom_[0-9A-Za-z]{49}$/.test(key)))
  t.ok(keys.every(isKeyForm))
  t.ok(43 * Math.log2(62) >= 256)
  t.equal(shownPart(keys[0] ?? '').length, 'sk_stockroom_'.length + 4)
  t.match(hashOfKey(keys[0] ?? ''), /^[0-9a-f]{64}$/)
})

t.test('a key with any other character, or of another length, is refused by its checksum', async (t) => {
  const key = newKey()
  for (let i = 0; i < key.length; i++) {
    const other = key[i] === 'x' ? 'y' : 'x'
    t.notOk(isKeyForm(key.slice(0, i) + other + key.slice(i + 1)))
  }
  for (const text of [
    '',
    'sk_',
    key.slice(1),
    key.slice(0, -1),
    `${key}0`,
    ` ${key}`,
    `${key.slice(0, -1)}\0`,
  ])
    t.notOk(isKeyForm(text))
})
