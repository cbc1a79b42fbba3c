import t, { type Test } from 'tap'
import { buildApp } from '../../../src/app.js'
import type { Config } from '../../../src/config.js'
import { ada, credentials, login, post, withAda } from '../../helpers/ada.js'
import { build, faultyPaths, noRateLimits, signIn } from '../../helpers/app.js'
import { addProduct } from '../../helpers/books.js'
import { allSent, mailsOf, type Received, tokenIn } from '../../helpers/mail.js'

const email = 'countess@shop.test'

/** Builds an application with Ada, who has just registered and signed in. */
async function setup(t: Test, changes: Partial<Config> = noRateLimits) {
  const { app, ...signedIn } = await withAda(t, { ...noRateLimits, ...changes })
  const { bearer } = signedIn
  /** Follows a link where she is signed in. */
  const verify = (token: string) => post(app, '/auth/email/verify', { token }, bearer)
  const resend = () => post(app, '/auth/email/verify/resend', undefined, bearer)
  const patch = (payload: object) =>
    app.inject({ method: 'PATCH', url: '/auth/me', headers: bearer, payload })
  const me = async () => (await app.inject({ url: '/auth/me', headers: bearer })).json()
  const verifications = async () => {
    await allSent(app)
    return mailsOf(app).filter(({ text }) => text.includes('/admin/#/verify/'))
  }
  const lastToken = async () => tokenIn((await verifications()).at(-1) as Received)
  return { app, ...signedIn, verify, resend, patch, me, verifications, lastToken }
}

const isInvalid = { status: 401, type: '/problems/invalid-token' }

t.test('a registration is verified by a mailed link, which is good once', async (t) => {
  const { verify, me, verifications, lastToken, app } = await setup(t)
  t.match(await verifications(), [{ to: ada.email, subject: /^Confirm your email address/ }])
  t.match(await me(), { email: ada.email, emailVerified: false })
  const token = await lastToken()
  const [row] = await app.db.read.mailToken.findMany()
  t.equal(Number(row?.expiresAt) - Number(row?.createdAt), 24 * 60 * 60_000)
  const answer = await verify(token)
  t.same([answer.statusCode, answer.body], [204, ''])
  t.match(await me(), { email: ada.email, emailVerified: true })
  t.match((await verify(token)).json(), isInvalid)
  t.match((await verify('unknown')).json(), isInvalid)
  t.equal((await post(app, '/auth/email/verify', { token, email })).statusCode, 400)
})

t.test('a link is sent again on request: three an hour, and only the newest works', async (t) => {
  const { app, resend, verify, me, verifications } = await setup(t)
  for (const count of [2, 3, 3]) {
    const answer = await resend()
    t.same([answer.statusCode, answer.body], [202, ''])
    t.equal((await verifications()).length, count)
  }
  const tokens = (await verifications()).map(tokenIn)
  t.match((await verify(tokens[1] ?? '')).json(), isInvalid)
  t.equal((await verify(tokens[2] ?? '')).statusCode, 204)
  await app.db.write((tx) => tx.mail.deleteMany())
  t.equal((await resend()).statusCode, 202)
  t.equal((await verifications()).length, 3, 'a verified address gets none')
  t.match(await me(), { emailVerified: true })
  t.equal((await post(app, '/auth/email/verify/resend')).statusCode, 401)
})

t.test('tokens are of one kind: none verifies and resets', async (t) => {
  const { app, verify, lastToken, me } = await setup(t)
  const verification = await lastToken()
  const reset = (token: string) => post(app, '/auth/password/reset', { token, password: 'another horse' })
  t.match((await reset(verification)).json(), isInvalid)
  await post(app, '/auth/password/forgot', { email: ada.email })
  await allSent(app)
  const mail = mailsOf(app).find(({ text }) => text.includes('/reset/')) as Received
  t.match((await verify(tokenIn(mail))).json(), isInvalid)
  t.match(await me(), { emailVerified: false })
  t.equal((await reset(tokenIn(mail))).statusCode, 204)
  const row = await app.db.read.user.findUnique({ where: { email: ada.email } })
  t.equal(row?.emailVerified, true, 'the mailed link has shown it')
  t.match((await verify(verification)).json(), isInvalid, 'the password has changed')
})

t.test('a new address counts once it is verified, and the old one is notified', async (t) => {
  const { app, patch, verify, me, lastToken } = await setup(t)
  await verify(await lastToken())
  const answer = await patch({ name: 'Ada King', email: ` ${email.toUpperCase()} `, password: ada.password })
  t.equal(answer.statusCode, 200)
  t.match(answer.json(), { name: 'Ada King', email: ada.email, emailVerified: true })
  await allSent(app)
  t.match(mailsOf(app).slice(-2), [
    { to: email, text: /verify/ },
    { to: ada.email, subject: 'The email address of your account at Stockroom' },
  ])
  t.equal((await post(app, '/auth/login', { ...credentials, email })).statusCode, 401)
  t.equal((await verify(await lastToken())).statusCode, 204)
  t.match(await me(), { name: 'Ada King', email, emailVerified: true })
  t.equal((await post(app, '/auth/login', credentials)).statusCode, 401)
  t.equal((await post(app, '/auth/login', { ...credentials, email })).statusCode, 200)
  const admin = await signIn(app, 'admin')
  const found = await app.inject({ url: `/users?q=${email}`, headers: admin.headers })
  t.match(found.json(), { items: [{ email, emailVerified: true }] })
})

t.test(
  'a new address takes the password, and must be free when it is entered and when it is verified',
  async (t) => {
    const { app, patch, verify, me, verifications, lastToken } = await setup(t)
    const missing = await patch({ email })
    t.equal(missing.statusCode, 400)
    t.same(faultyPaths(missing), ['password'])
    t.match((await patch({ email, password: 'wrong' })).json(), {
      status: 401,
      type: '/problems/invalid-credentials',
    })
    t.same(faultyPaths(await patch({ email: 'nowhere', password: ada.password })), ['email'])
    const bob = { ...ada, email: 'bob@shop.test' }
    await post(app, '/auth/register', bob)
    const taken = await patch({ email: bob.email, password: ada.password })
    t.match(taken.json(), { status: 409, type: '/problems/email-taken' })
    t.equal((await verifications()).filter(({ to }) => to === email).length, 0)

    t.equal((await patch({ email, password: ada.password })).statusCode, 200)
    const token = await lastToken()
    await post(app, '/auth/register', { ...ada, email })
    t.match((await verify(token)).json(), { status: 409, type: '/problems/email-taken' })
    t.match(await me(), { email: ada.email })
  },
)

t.test(
  'a change that is not verified is replaced by the next, and withdrawn by the present address',
  async (t) => {
    const { app, patch, resend, verify, me, verifications, lastToken } = await setup(t)
    const { password } = ada
    await patch({ email, password })
    const first = await lastToken()
    await patch({ email: 'other@shop.test', password })
    const second = await lastToken()
    t.match((await verify(first)).json(), isInvalid)
    await resend()
    t.equal((await verifications()).at(-1)?.to, 'other@shop.test')
    t.match((await verify(second)).json(), isInvalid, 'sent again')
    const third = await lastToken()
    t.equal((await patch({ email: ada.email })).statusCode, 200)
    t.match((await verify(third)).json(), isInvalid)

    await patch({ email, password })
    const fourth = await lastToken()
    const { bearer } = await login(app)
    const change = { currentPassword: password, newPassword: 'another horse' }
    t.equal((await post(app, '/auth/password', change, bearer)).statusCode, 204)
    t.match((await verify(fourth)).json(), isInvalid, 'the password has changed')
    t.match(await me().catch(() => ({})), {})
  },
)

t.test('wrong passwords of a change count as guesses, and changes are bounded', async (t) => {
  const { app, patch } = await setup(t)
  for (let i = 0; i < 3; i++)
    t.equal((await patch({ email: `${i}@shop.test`, password: ada.password })).statusCode, 200)
  const fourth = await patch({ email, password: ada.password })
  t.match(fourth.json(), { status: 429, type: '/problems/rate-limited' })
  t.ok(fourth.headers['retry-after'])
  for (let i = 0; i < 5; i++) await patch({ email, password: 'wrong' })
  t.match((await patch({ email, password: ada.password })).json(), { type: '/problems/account-locked' })
  t.equal((await post(app, '/auth/login', credentials)).statusCode, 429)
})

t.test('REQUIRE_VERIFIED_EMAIL keeps the unverified from ordering until they refresh after it', async (t) => {
  const { app, bearer, cookies, verify, lastToken } = await setup(t, { verifiedEmailRequired: true })
  const productId = await addProduct(app)
  const order = (headers: Record<string, string>) => post(app, '/orders', { productId, quantity: 1 }, headers)
  const refused = await order(bearer)
  t.match(refused.json(), { status: 403, type: '/problems/email-not-verified' })
  t.equal((await app.inject({ url: '/orders', headers: bearer })).statusCode, 200)
  await verify(await lastToken())
  t.equal((await order(bearer)).statusCode, 403, 'the access token does not know yet')
  const { refresh_token = '' } = cookies
  const refreshed = await app.inject({ method: 'POST', url: '/auth/refresh', cookies: { refresh_token } })
  t.equal((await order({ authorization: `Bearer ${refreshed.json().accessToken}` })).statusCode, 201)
  t.equal((await order((await signIn(app)).headers)).statusCode, 201, 'a user of an earlier version')
})

t.test('without REQUIRE_VERIFIED_EMAIL everyone may order', async (t) => {
  const { app, bearer } = await setup(t)
  const productId = await addProduct(app)
  t.equal((await post(app, '/orders', { productId, quantity: 1 }, bearer)).statusCode, 201)
})

t.test('whom an operator makes counts as verified', async (t) => {
  const app = await build(t, noRateLimits)
  t.same(await app.db.read.user.findMany({ select: { role: true, emailVerified: true } }), [
    { role: 'admin', emailVerified: true },
  ])
  await post(app, '/auth/register', ada)
  await allSent(app)
  const token = tokenIn(mailsOf(app).at(-1) as Received)
  const config: Config = { ...app.config, admin: { email: ada.email, password: 'the settings say so' } }
  const next = buildApp(config)
  t.teardown(() => next.close())
  await next.ready()
  t.match(await next.db.read.user.findUnique({ where: { email: ada.email } }), {
    role: 'admin',
    emailVerified: true,
  })
  t.match((await post(next, '/auth/email/verify', { token })).json(), isInvalid, 'her password has changed')
})

t.test('production without a mail server registers, and refuses what needs mail', async (t) => {
  const app = await build(t, { production: true, ...noRateLimits })
  t.match((await post(app, '/auth/register', ada)).json(), { emailVerified: false })
  const bearer = {
    authorization: `Bearer ${(await post(app, '/auth/login', credentials)).json().accessToken}`,
  }
  const patch = (payload: object) =>
    app.inject({ method: 'PATCH', url: '/auth/me', headers: bearer, payload })
  const unavailable = { status: 503, type: '/problems/mail-unavailable' }
  t.match((await post(app, '/auth/email/verify/resend', undefined, bearer)).json(), unavailable)
  t.match((await patch({ email, password: ada.password })).json(), unavailable)
  t.equal((await patch({ name: 'Ada King', email: ada.email })).statusCode, 200)
  t.equal(await app.db.read.mail.count(), 0)
})
