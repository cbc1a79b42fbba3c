import t from 'tap'
import { isTotpForm, newTotpSecret, stepOfCode, totpUri } from '../../../src/accounts/mfa/totp-codes.js'
import { codeOf } from '../../helpers/mfa.js'

/** The secret and the codes of RFC 6238, appendix B (SHA1), in their last six digits. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const RFC_CODES: [seconds: number, code: string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
]

t.test('codes are those of RFC 6238', async (t) => {
  for (const [seconds, code] of RFC_CODES) {
    t.equal(stepOfCode(RFC_SECRET, code, seconds * 1000), Math.floor(seconds / 30), code)
    t.equal(codeOf(RFC_SECRET, seconds * 1000), code, 'and so are those of the tests')
  }
})

t.test('one step of drift is allowed in either direction, and the matching step is returned', async (t) => {
  const secret = newTotpSecret()
  const at = 1_800_000_015_000
  const step = at / 30_000 - 0.5
  for (const drift of [-1, 0, 1])
    t.equal(stepOfCode(secret, codeOf(secret, at + drift * 30_000), at), step + drift)
  for (const drift of [-3, -2, 2, 3]) {
    const code = codeOf(secret, at + drift * 30_000)
    const near = [-1, 0, 1].map((steps) => codeOf(secret, at + steps * 30_000))
    if (!near.includes(code)) t.equal(stepOfCode(secret, code, at), undefined, String(drift))
  }
  t.equal(stepOfCode(newTotpSecret(), codeOf(secret, at), at) === step, false, 'of another secret')
})

t.test('secrets have 160 random bits, and the URI names shop and account', async (t) => {
  const secret = newTotpSecret()
  t.match(secret, /^[A-Z2-7]{32}$/)
  t.not(newTotpSecret(), secret)
  const uri = new URL(totpUri(secret, 'Café & Co: lamps', 'ada@shop.test'))
  t.equal(uri.protocol, 'otpauth:')
  t.match(decodeURIComponent(uri.pathname), /Café & Co: lamps:ada@shop\.test$/)
  t.same(Object.fromEntries(uri.searchParams), {
    issuer: 'Café & Co: lamps',
    secret,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
  for (const form of ['000000', '123456']) t.ok(isTotpForm(form))
  for (const form of ['', '12345', '1234567', '12345x', '١٢٣٤٥٦', '-12345']) t.notOk(isTotpForm(form), form)
})
