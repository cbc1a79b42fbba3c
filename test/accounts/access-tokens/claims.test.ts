import t from 'tap'
import { accessClaims, NoAccessToken } from '../../../src/accounts/access-tokens/claims.js'
import { accessTokenSeconds } from '../../../src/accounts/access-tokens/lifetimes.js'
import { newId } from '../../../src/ids.js'

const [sub, sid] = [newId(), newId()]
const claims = { sub, sid, role: 'staff', exp: 1_800_000_000 }
const tokenOf = (typ: unknown) =>
  `${Buffer.from(JSON.stringify({ alg: 'HS256', typ })).toString('base64url')}.x.y`

t.test('the claims of a token are those of its user and session', async (t) => {
  const read = (more: object, typ = 'at+jwt') => accessClaims(tokenOf(typ), { ...claims, ...more })
  t.same(read({ iss: 'x', name: 'Ada' }), { ...claims, mfa: false, emailVerified: true })
  t.match(read({}, 'JWT'), claims, 'of an earlier version')
  t.match(read({ mfa: true, emailVerified: false }), { mfa: true, emailVerified: false })
  t.match(read({ mfa: 1, emailVerified: 0 }), { mfa: false, emailVerified: true })
})

t.test('a signed token without valid claims, or of another type, is no access token', async (t) => {
  for (const typ of ['at', 'JOSE', '', undefined, null])
    t.throws(() => accessClaims(tokenOf(typ), claims), NoAccessToken, `type ${typ}`)
  for (const wrong of [
    { sub: undefined },
    { sub: 'nobody' },
    { sub: 7 },
    { sid: undefined },
    { sid: 'x' },
    { sid: [sid] },
    { role: 'owner' },
    { role: undefined },
    { exp: undefined },
    { exp: 1.5 },
    { exp: '1800000000' },
  ])
    t.throws(
      () => accessClaims(tokenOf('at+jwt'), { ...claims, ...wrong }),
      NoAccessToken,
      JSON.stringify(wrong),
    )
})

t.test(
  'an access token ends with its session: after 15 minutes at the latest, and a second at least',
  async (t) => {
    const inSeconds = (seconds: number) => accessTokenSeconds(new Date(Date.now() + seconds * 1_000))
    t.equal(inSeconds(30 * 24 * 3_600), 900)
    t.equal(inSeconds(902), 900)
    const left = inSeconds(600)
    t.ok(left <= 600 && left > 540, `${left}`)
    t.same([inSeconds(0.5), inSeconds(-60)], [1, 1])
  },
)
