import t, { type Test } from 'tap'
import type { App } from '../../../src/app.js'
import { ada, credentials, login, post, withAda } from '../../helpers/ada.js'
import { noRateLimits, signIn } from '../../helpers/app.js'
import { grace } from '../../helpers/device.js'
import { allSent, mailsOf, tokenIn } from '../../helpers/mail.js'
import { codeOf, renewCode, turnTotpOn } from '../../helpers/mfa.js'

const PASSWORD = 'nine lamps and a ladder'

/** Returns the token in the newest mail with a link to `page`. */
async function mailed(app: App, page: 'reset' | 'verify'): Promise<string> {
  await allSent(app)
  const mail = mailsOf(app).findLast(({ text }) => text.includes(`/#/${page}/`))
  return mail ? tokenIn(mail) : ''
}

/** Makes one valid secret of each kind. */
async function setup(t: Test) {
  const { app, bearer, cookies } = await withAda(t, noRateLimits)
  const verification = await mailed(app, 'verify')
  const { secret, recoveryCodes } = await turnTotpOn(app, bearer)
  await post(app, '/auth/password/forgot', { email: ada.email })
  const reset = await mailed(app, 'reset')
  const admin = await signIn(app, 'admin')
  const key = await post(app, '/api-keys', { name: 'Screen', scopes: ['users:read'] }, admin.headers)
  const secrets = {
    access: bearer.authorization.slice(7),
    refresh: cookies.refresh_token ?? '',
    device: cookies.device_token ?? '',
    mfa: String((await login(app)).answer.json().mfaToken),
    verification,
    reset,
    key: String(key.json().key),
    recovery: recoveryCodes[0] ?? '',
    totp: codeOf(secret),
  }
  return { app, secrets }
}
type Kind = keyof Awaited<ReturnType<typeof setup>>['secrets']

/** The places for a secret, the kinds accepted by each, and a request with one. */
const places: Record<string, [accepts: Kind[], send: (app: App, secret: string) => Promise<number>]> = {
  'the header Authorization': [
    ['access'],
    async (app, secret) =>
      (await app.inject({ url: '/auth/me', headers: { authorization: `Bearer ${secret}` } })).statusCode,
  ],
  'the cookie access_token': [
    ['access'],
    async (app, secret) =>
      (await app.inject({ url: '/auth/me', headers: { cookie: `access_token=${secret}` } })).statusCode,
  ],
  'the cookie refresh_token': [
    ['refresh'],
    async (app, secret) =>
      (await post(app, '/auth/refresh', undefined, { cookie: `refresh_token=${secret}` })).statusCode,
  ],
  'the body of a refresh': [
    ['refresh'],
    async (app, refreshToken) => (await post(app, '/auth/refresh', { refreshToken })).statusCode,
  ],
  'the second step': [
    ['mfa'],
    async (app, mfaToken) =>
      (await post(app, '/auth/login/mfa', { mfaToken, code: 'ABCD-EFGH-JKLM-NPQR-STUV-WXYZ' })).statusCode,
  ],
  'the verification of an address': [
    ['verification'],
    async (app, token) => (await post(app, '/auth/email/verify', { token })).statusCode,
  ],
  'the reset of a password': [
    ['reset'],
    async (app, token) => (await post(app, '/auth/password/reset', { token, password: PASSWORD })).statusCode,
  ],
  'the password of a sign-in': [
    [],
    async (app, password) => (await post(app, '/auth/login', { ...credentials, password })).statusCode,
  ],
}

t.test('a secret of one kind is accepted in no place of another, and is not used up there', async (t) => {
  const { app, secrets } = await setup(t)
  for (const [place, [accepts, send]] of Object.entries(places))
    for (const [kind, secret] of Object.entries(secrets)) {
      t.ok(secret, kind)
      if ((accepts as string[]).includes(kind)) continue
      const refusals = [401]
      // A key is identified, and has no account.
      if (kind === 'key' && place === 'the header Authorization') refusals.push(403)
      // Each is a guess.
      if (place === 'the password of a sign-in') refusals.push(429)
      const status = await send(app, secret)
      t.ok(refusals.includes(status), `${kind} at ${place}: ${status}`)
    }

  const { access, refresh, key, mfa, recovery, verification, reset } = secrets
  const status = async (place: string, secret: string) => places[place]?.[1](app, secret)
  t.equal(await status('the header Authorization', access), 200)
  t.equal(await status('the cookie access_token', access), 200)
  const reads = await app.inject({ url: '/users', headers: { authorization: `Bearer ${key}` } })
  t.equal(reads.statusCode, 200)
  t.equal(await status('the body of a refresh', refresh), 200)
  await post(app, '/auth/logout', { refreshToken: refresh })
  await renewCode(app)
  await app.db.write((tx) => tx.user.updateMany({ data: { unlocks: { increment: 1 } } }))
  t.equal((await post(app, '/auth/login/mfa', { mfaToken: mfa, code: recovery })).statusCode, 200)
  t.equal(await status('the reset of a password', reset), 204)
  t.equal(await status('the verification of an address', verification), 401, 'void with the new password')
})

t.test('links to the addresses of two users are not interchangeable', async (t) => {
  const { app } = await withAda(t, noRateLimits)
  const ofAda = await mailed(app, 'verify')
  await post(app, '/auth/register', grace)
  const { accessToken } = (
    await post(app, '/auth/login', { email: grace.email, password: grace.password })
  ).json()
  const asGrace = { authorization: `Bearer ${accessToken}` }
  t.equal((await post(app, '/auth/email/verify', { token: ofAda }, asGrace)).statusCode, 204)
  const me = (await app.inject({ url: '/auth/me', headers: asGrace })).json()
  t.match(me, { email: grace.email, emailVerified: false })
  const row = await app.db.read.user.findUnique({ where: { email: ada.email } })
  t.match(row, { emailVerified: true, password: '' })
})

t.test('tokens of a wrong form are refused like unknown ones', async (t) => {
  const { app } = await withAda(t, noRateLimits)
  const unknown = 'A'.repeat(43)
  for (const token of [
    unknown,
    '',
    ' ',
    'x',
    `${unknown}\0`,
    '🔑',
    'A'.repeat(1024),
    '../../',
    "' OR 1=1 --",
  ])
    for (const [place, send] of [
      ['verify', () => post(app, '/auth/email/verify', { token })],
      ['reset', () => post(app, '/auth/password/reset', { token, password: PASSWORD })],
      ['second step', () => post(app, '/auth/login/mfa', { mfaToken: token, code: '123456' })],
    ] as const) {
      const answer = await send()
      t.match(
        answer.json(),
        { status: 401, type: '/problems/invalid-token' },
        `${place}: ${token.slice(0, 12)}`,
      )
    }
  for (const token of [null, 5, [], {}, 'A'.repeat(1025)])
    t.equal((await post(app, '/auth/email/verify', { token })).statusCode, 400)
})
