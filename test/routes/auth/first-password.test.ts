import t, { type Test } from 'tap'
import { ada, credentials, login, post, withAda } from '../../helpers/ada.js'
import { noRateLimits } from '../../helpers/app.js'
import { allSent, mailsOf, type Received, tokenIn } from '../../helpers/mail.js'

const PASSWORD = 'nine lamps and a ladder'
const isInvalid = { status: 401, type: '/problems/invalid-token' }

/** Builds an application where somebody registered Ada's address and signed in, and Ada has the mail. */
async function setup(t: Test) {
  const { app, bearer, cookies } = await withAda(t, noRateLimits)
  await allSent(app)
  const token = tokenIn(mailsOf(app).at(-1) as Received)
  const verify = (headers: Record<string, string> = {}) => post(app, '/auth/email/verify', { token }, headers)
  const reset = (password = PASSWORD, mailed = token) =>
    post(app, '/auth/password/reset', { token: mailed, password })
  const signIn = async (password: string) =>
    (await post(app, '/auth/login', { ...credentials, password })).statusCode
  const rowOf = () => app.db.read.user.findUniqueOrThrow({ where: { email: ada.email } })
  return { app, bearer, cookies, token, verify, reset, signIn, rowOf }
}

t.test(
  'whoever proves an address elsewhere sets its password, and nothing from before signs in',
  async (t) => {
    const { app, bearer, cookies, verify, reset, signIn, rowOf } = await setup(t)
    t.match((await reset()).json(), isInvalid, 'before it has verified the address')
    t.equal((await verify()).headers['password-required'], 'true')
    t.match(await rowOf(), { emailVerified: true, password: '' })

    t.equal(await signIn(ada.password), 401)
    t.equal(await signIn(''), 401)
    t.equal((await app.inject({ url: '/auth/me', headers: bearer })).statusCode, 401)
    const { refresh_token = '' } = cookies
    const refreshed = await app.inject({ method: 'POST', url: '/auth/refresh', cookies: { refresh_token } })
    t.equal(refreshed.statusCode, 401)

    t.match((await verify()).json(), isInvalid, 'it verifies once')
    t.equal((await reset('short')).statusCode, 400)
    t.equal((await reset()).statusCode, 204)
    t.match((await reset()).json(), isInvalid, 'it sets one password')
    t.equal(await signIn(ada.password), 401)
    t.equal(await signIn(PASSWORD), 200)
  },
)

t.test('the password can be set for half an hour, and by a mailed link afterwards', async (t) => {
  const { app, verify, reset, signIn } = await setup(t)
  await verify()
  const [row] = await app.db.read.mailToken.findMany()
  t.match(row, { kind: 'reset', email: ada.email })
  t.equal(Number(row?.expiresAt) - Number(row?.createdAt), 30 * 60_000)
  await app.db.write((tx) => tx.mailToken.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } }))
  t.match((await reset()).json(), isInvalid)

  await post(app, '/auth/password/forgot', { email: ada.email })
  await allSent(app)
  const mail = mailsOf(app).findLast(({ text }) => text.includes('/#/reset/')) as Received
  t.equal((await reset(PASSWORD, tokenIn(mail))).statusCode, 204)
  t.equal(await signIn(PASSWORD), 200)
})

t.test('links that were mailed before are void, and a newer one voids this', async (t) => {
  const { app, verify, reset } = await setup(t)
  const mailed = async () => {
    await post(app, '/auth/password/forgot', { email: ada.email })
    await allSent(app)
    return tokenIn(mailsOf(app).findLast(({ text }) => text.includes('/#/reset/')) as Received)
  }
  const earlier = await mailed()
  await verify()
  t.match((await reset(PASSWORD, earlier)).json(), isInvalid)
  const later = await mailed()
  t.match((await reset()).json(), isInvalid)
  t.equal((await reset(PASSWORD, later)).statusCode, 204)
})

t.test('a token that verified where the account is signed in sets no password', async (t) => {
  const { bearer, verify, reset, signIn } = await setup(t)
  t.equal((await verify(bearer)).headers['password-required'], undefined)
  t.match((await reset()).json(), isInvalid)
  t.equal(await signIn(ada.password), 200)
})

t.test('a pending change of the address is void, and the verified one counts', async (t) => {
  const { app, bearer, verify, reset } = await setup(t)
  const email = 'eve@shop.test'
  const change = (payload: object) =>
    app.inject({ method: 'PATCH', url: '/auth/me', headers: bearer, payload })
  t.equal((await change({ email, password: ada.password })).statusCode, 200)
  t.match((await verify()).json(), isInvalid, 'replaced by the change')
  await allSent(app)
  const mail = mailsOf(app).findLast(({ to }) => to === email) as Received
  const token = tokenIn(mail)
  const verified = await post(app, '/auth/email/verify', { token })
  t.equal(verified.headers['password-required'], 'true')
  t.equal((await reset(PASSWORD, token)).statusCode, 204)
  t.equal((await post(app, '/auth/login', { email, password: PASSWORD })).statusCode, 200)
})

t.test('a sign-in that runs at the same time gets no session that stays', async (t) => {
  const { app, verify } = await setup(t)
  const [verified, ...signIns] = await Promise.all([verify(), ...Array.from({ length: 4 }, () => login(app))])
  t.equal(verified.statusCode, 204)
  for (const { answer, bearer } of signIns)
    if (answer.statusCode === 200)
      t.equal((await app.inject({ url: '/auth/me', headers: bearer })).statusCode, 401)
    else t.equal(answer.statusCode, 401)
  t.equal(await app.db.read.session.count({ where: { revokedAt: null } }), 0)
})
