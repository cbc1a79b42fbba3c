import t from 'tap'
import { createSecretBox, UnknownKey } from '../../../src/accounts/mfa/secret-box.js'

const [OLD, NEW] = ['Q0vN7xkzJm2RtYc5LpWsHd9eGfUa4BiK', '3kfJ8sLwq1ZxPo6VtRbYn0MhCd5GeUaT']
const boxOf = (...secrets: string[]) => createSecretBox({ secrets, purpose: 'test' })

t.test('a text decrypts in the row of its owner alone, and unchanged alone', async (t) => {
  const box = boxOf(OLD)
  const sealed = box.seal('GEZDGNBVGY3TQOJQ', 'ada')
  t.equal(box.open(sealed, 'ada'), 'GEZDGNBVGY3TQOJQ')
  t.notMatch(JSON.stringify(sealed), 'GEZDGNBV')
  t.not(box.seal('GEZDGNBVGY3TQOJQ', 'ada').text, sealed.text, 'each has its own nonce')
  t.throws(() => box.open(sealed, 'grace'))
  const bytes = Buffer.from(sealed.text, 'base64url')
  for (const [i, byte] of bytes.entries()) {
    const changed = Buffer.from(bytes)
    changed[i] = byte ^ 1
    t.throws(() => box.open({ ...sealed, text: changed.toString('base64url') }, 'ada'), `byte ${i}`)
  }
  for (const text of ['', 'x', sealed.text.slice(0, 30), sealed.text.slice(0, -4)])
    t.throws(() => box.open({ ...sealed, text }, 'ada'), text)
})

t.test('the first secret encrypts, all decrypt, and a missing one is named', async (t) => {
  const sealed = boxOf(OLD).seal('secret', 'ada')
  const both = boxOf(NEW, OLD)
  t.equal(both.open(sealed, 'ada'), 'secret')
  t.notOk(both.isCurrent(sealed.keyId))
  const renewed = both.seal('secret', 'ada')
  t.ok(both.isCurrent(renewed.keyId))
  t.equal(boxOf(NEW).open(renewed, 'ada'), 'secret')
  t.throws(() => boxOf(NEW).open(sealed, 'ada'), UnknownKey)
  t.throws(() => boxOf(NEW).open(sealed, 'ada'), new RegExp(sealed.keyId))
  t.same(both.keyIds, [renewed.keyId, sealed.keyId])
  t.match(sealed.keyId, /^[0-9a-f]{16}$/)
  t.throws(() => boxOf(), RangeError)
})

t.test('keys of different purposes differ', async (t) => {
  const sealed = boxOf(OLD).seal('secret', 'ada')
  const other = createSecretBox({ secrets: [OLD], purpose: 'other' })
  t.throws(() => other.open(sealed, 'ada'), UnknownKey)
  const [keyId = ''] = other.keyIds
  t.throws(() => other.open({ ...sealed, keyId }, 'ada'))
})

t.test('a tag takes the secret, the purpose and the owner to compute', async (t) => {
  const tag = boxOf(OLD).tag('request', 'ada')
  t.equal(boxOf(OLD).tag('request', 'ada'), tag)
  const others = [
    boxOf(NEW).tag('request', 'ada'),
    createSecretBox({ secrets: [OLD], purpose: 'other' }).tag('request', 'ada'),
    boxOf(OLD).tag('request', 'grace'),
    boxOf(OLD).tag('another', 'ada'),
  ]
  t.notOk(others.includes(tag))
  t.ok(boxOf(NEW, OLD).isTag(tag, 'request', 'ada'), 'by any of the secrets')
  t.notOk(boxOf(NEW).isTag(tag, 'request', 'ada'))
  t.notOk(boxOf(OLD).isTag(tag, 'request', 'grace'))
})
