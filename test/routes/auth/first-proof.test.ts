import t, { type Test } from 'tap'
import { ada, credentials, login, post, withAda } from '../../helpers/ada.js'
import { noRateLimits } from '../../helpers/app.js'
import { createAuthenticator } from '../../helpers/authenticator.js'
import { allSent, mailsOf, type Received, tokenIn } from '../../helpers/mail.js'
import { turnTotpOn } from '../../helpers/mfa.js'
import { listen, open } from '../../helpers/sockets.js'

const SAME_SITE = { 'sec-fetch-site': 'same-origin' }

/** Builds an application with an account that has both kinds of second factors, and whose address nobody has proved. */
async function setup(t: Test) {
  const { app, bearer, cookies } = await withAda(t, noRateLimits)
  await allSent(app)
  const token = tokenIn(mailsOf(app).at(-1) as Received)
  const { recoveryCodes } = await turnTotpOn(app, bearer)
  const here = { ...bearer, host: 'localhost' }
  const options = (await post(app, '/auth/passkeys/options', undefined, here)).json()
  const device = createAuthenticator()
  t.equal((await post(app, '/auth/passkeys', device.create(options), here)).statusCode, 201)
  const verify = (headers: Record<string, string> = {}) => post(app, '/auth/email/verify', { token }, headers)
  const usePasskey = async () => {
    const challenge = (await post(app, '/auth/login/passkey/options', {}, { host: 'localhost' })).json()
    return post(app, '/auth/login/passkey', device.get(challenge), { host: 'localhost' })
  }
  const me = () => app.inject({ url: '/auth/me', headers: bearer })
  const kept = async () => {
    const { totp, passkey, recoveryCode } = app.db.read
    return [await totp.count(), await passkey.count(), await recoveryCode.count()]
  }
  t.same(await kept(), [1, 1, 10])
  return { app, bearer, cookies, recoveryCodes, verify, usePasskey, me, kept }
}

t.test(
  'the first proof of an address in another browser ends what a stranger set up before it',
  async (t) => {
    const { app, bearer, cookies, verify, usePasskey, me, kept } = await setup(t)
    const { mfaToken } = (await login(app)).answer.json()
    const url = await listen(app)
    const client = open(t, url, { token: bearer.authorization.slice(7) })
    await client.ready()
    const ended = new Promise((resolve) => client.socket.once('session:ended', resolve))

    const verified = await verify()
    t.same([verified.statusCode, verified.body, verified.headers['password-required']], [204, '', 'true'])
    t.match(await ended, { code: 'unauthorized' })
    t.same(await kept(), [0, 0, 0])
    t.equal((await me()).statusCode, 401)
    const { refresh_token = '' } = cookies
    const refreshed = await app.inject({ method: 'POST', url: '/auth/refresh', cookies: { refresh_token } })
    t.equal(refreshed.statusCode, 401)
    t.equal((await usePasskey()).statusCode, 401)
    const second = await post(app, '/auth/login/mfa', { mfaToken, code: '123456' })
    t.match(second.json(), { type: '/problems/invalid-token' })
    const again = await post(app, '/auth/login', credentials)
    t.match(again.json(), { type: '/problems/invalid-credentials' })
    const trail = await app.db.read.auditEntry.findMany({
      where: { action: { in: ['user.factor-removed', 'user.password-removed'] } },
      orderBy: { id: 'asc' },
    })
    t.same(
      trail.map(({ action, details }) => [action, JSON.parse(details)]),
      [
        ['user.factor-removed', { factor: 'totp', by: 'mail' }],
        ['user.factor-removed', { factor: 'passkey', by: 'mail' }],
        ['user.password-removed', { by: 'mail' }],
      ],
    )
  },
)

t.test('where the account is signed in, the first proof of its address keeps everything', async (t) => {
  const ways: [string, (set: Awaited<ReturnType<typeof setup>>) => Record<string, string>][] = [
    ['an access token', ({ bearer }) => bearer],
    [
      'the cookie of the access token',
      ({ cookies }) => ({ cookie: `access_token=${cookies.access_token}`, ...SAME_SITE }),
    ],
    [
      'the cookie of the refresh token alone, after an hour',
      ({ cookies }) => ({ cookie: `refresh_token=${cookies.refresh_token}`, ...SAME_SITE }),
    ],
  ]
  for (const [way, headersOf] of ways)
    await t.test(way, async (t) => {
      const set = await setup(t)
      const verified = await set.verify(headersOf(set))
      t.same([verified.statusCode, verified.headers['password-required']], [204, undefined])
      t.same(await set.kept(), [1, 1, 10])
      t.match(
        (await login(set.app)).answer.json(),
        { type: '/problems/mfa-required' },
        'the password is right',
      )
      t.match((await set.me()).json(), { emailVerified: true, mfa: true })
      t.equal((await set.usePasskey()).statusCode, 200)
    })
})

t.test('another account, an ended session and a false token count as signed out', async (t) => {
  const eve = { ...ada, email: 'eve@shop.test' }
  for (const who of ['another', 'ended', 'false'])
    await t.test(who, async (t) => {
      const set = await setup(t)
      let headers: Record<string, string> = { authorization: 'Bearer nonsense' }
      if (who === 'another') {
        await post(set.app, '/auth/register', eve)
        const { accessToken } = (
          await post(set.app, '/auth/login', { ...credentials, email: eve.email })
        ).json()
        headers = { authorization: `Bearer ${accessToken}` }
      } else if (who === 'ended') {
        await post(set.app, '/auth/logout', undefined, set.bearer)
        headers = { ...set.bearer, cookie: `refresh_token=${set.cookies.refresh_token}` }
      }
      t.equal((await set.verify(headers)).headers['password-required'], 'true')
      t.same(await set.kept(), [0, 0, 0])
      t.equal((await login(set.app)).answer.statusCode, 401)
    })
})

t.test(
  'a changed address of a proved account is verified in any browser, and keeps everything',
  async (t) => {
    const { app, bearer, verify, me, kept } = await setup(t)
    t.equal((await verify(bearer)).statusCode, 204)
    const email = 'countess@shop.test'
    const change = { email, password: ada.password }
    const asked = await app.inject({ method: 'PATCH', url: '/auth/me', headers: bearer, payload: change })
    t.equal(asked.statusCode, 200)
    await allSent(app)
    const mail = mailsOf(app).findLast(({ to }) => to === email) as Received
    const verified = await post(app, '/auth/email/verify', { token: tokenIn(mail) })
    t.same([verified.statusCode, verified.headers['password-required']], [204, undefined])
    t.match((await post(app, '/auth/login', { email, password: ada.password })).json(), {
      type: '/problems/mfa-required',
    })
    t.same(await kept(), [1, 1, 10])
    t.match((await me()).json(), { email, mfa: true })
  },
)
