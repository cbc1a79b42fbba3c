import t from 'tap'
import { ada, credentials, post, withAda } from '../../helpers/ada.js'
import { noRateLimits } from '../../helpers/app.js'
import { grace, guessFive, signInAs, withDevice, wrong } from '../../helpers/device.js'
import { withTotp, wrongCodeOf } from '../../helpers/mfa.js'

const FIVE_WRONG = Array(5).fill(401)

t.test('strangers who lock an account do not lock out a browser that signed in before', async (t) => {
  const { app } = await withAda(t, noRateLimits)
  const { headers } = await signInAs(app)
  t.same(await guessFive(app), FIVE_WRONG)
  t.equal((await signInAs(app)).status, 429, 'a stranger with the right password')
  const again = await signInAs(app, credentials, headers)
  t.equal(again.status, 200)
  t.not(withDevice(again.device).cookie, headers.cookie, 'each sign-in gives a new cookie')
  t.equal((await signInAs(app)).status, 429, 'the lock on strangers stays')
})

t.test('five wrong guesses lock the cookie of a device, and nobody else', async (t) => {
  const { app } = await withAda(t, noRateLimits)
  const { headers } = await signInAs(app)
  const { headers: another } = await signInAs(app)
  t.same(await guessFive(app, wrong, headers), FIVE_WRONG)
  const locked = await post(app, '/auth/login', credentials, headers)
  t.match(locked.json(), { status: 429, type: '/problems/account-locked' })
  t.ok(Number(locked.headers['retry-after']) > 590)
  t.equal((await signInAs(app, credentials, another)).status, 200, 'another browser of the owner')
  t.equal((await signInAs(app)).status, 200, 'a stranger')
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => signInAs(app, wrong, another).then(({ status }) => status)),
  )
  t.equal(answers.filter((status) => status === 401).length, 5, 'sent at once, they are five too')
})

t.test('the right password resets the count of its device alone', async (t) => {
  const { app } = await withAda(t, noRateLimits)
  const { headers } = await signInAs(app)
  for (let i = 0; i < 4; i++) await signInAs(app, wrong)
  t.equal((await signInAs(app, credentials, headers)).status, 200)
  t.equal((await signInAs(app, wrong)).status, 401, 'the fifth of the strangers')
  t.equal((await signInAs(app)).status, 429)
})

t.test('a device cookie of another account, a forged and a doubled one count as none', async (t) => {
  const { app } = await withAda(t, noRateLimits)
  await post(app, '/auth/register', grace)
  const own = await signInAs(app)
  const { device: foreign } = await signInAs(app, grace)
  await guessFive(app)
  for (const cookie of [
    `device_token=${foreign}`,
    `device_token=${own.device?.slice(0, -1)}`,
    `device_token=${own.device}; device_token=${foreign}`,
    `device_token=${own.device}; device_token=${own.device}`,
    '__Secure-device_token=x',
  ])
    t.equal((await signInAs(app, credentials, { cookie })).status, 429, cookie)
  t.equal((await signInAs(app, credentials, own.headers)).status, 200)
})

t.test('the lock with a device cookie tells nothing about whether an account exists', async (t) => {
  const { app } = await withAda(t, noRateLimits)
  await post(app, '/auth/register', grace)
  const { headers } = await signInAs(app, grace)
  for (const email of [ada.email, 'nobody@shop.test']) {
    t.same(await guessFive(app, { ...wrong, email }, headers), FIVE_WRONG, email)
    const locked = await post(app, '/auth/login', { ...credentials, email }, headers)
    const { instance: _, ...problem } = locked.json()
    t.same(problem, {
      type: '/problems/account-locked',
      title: 'Too many wrong passwords',
      status: 429,
      detail: 'Too many wrong passwords: try again later.',
    })
  }
})

t.test('a known device changes its password while strangers hold the account locked', async (t) => {
  const { app, bearer } = await withAda(t, noRateLimits)
  const { headers } = await signInAs(app)
  await guessFive(app)
  const change = { currentPassword: ada.password, newPassword: 'another horse' }
  t.equal((await post(app, '/auth/password', change, bearer)).statusCode, 429)
  t.equal((await post(app, '/auth/password', change, { ...bearer, ...headers })).statusCode, 204)
  const signedIn = await signInAs(app, { ...credentials, password: change.newPassword }, headers)
  t.equal(signedIn.status, 200, 'the cookie outlives the change')
})

t.test('a program gets no device cookie, and stays signed in through a lock', async (t) => {
  const { app } = await withAda(t, noRateLimits)
  const program = { ...credentials, tokens: 'body' }
  const answer = await post(app, '/auth/login', program)
  t.equal(answer.headers['set-cookie'], undefined)
  await guessFive(app)
  t.equal((await post(app, '/auth/login', program)).statusCode, 429)
  const { refreshToken } = answer.json()
  t.equal((await post(app, '/auth/refresh', { refreshToken })).statusCode, 200)
})

t.test('an unlock lifts the locks on strangers and devices, and voids no cookie', async (t) => {
  const { app } = await withAda(t, noRateLimits)
  const { headers } = await signInAs(app)
  await guessFive(app)
  await guessFive(app, wrong, headers)
  const user = await app.db.read.user.findUniqueOrThrow({ where: { email: ada.email } })
  await app.users.unlock(user.id)
  t.equal((await signInAs(app)).status, 200)
  t.equal((await signInAs(app, credentials, headers)).status, 200)
  await guessFive(app)
  t.equal((await signInAs(app, credentials, headers)).status, 200, 'locked again, the device is still known')
})

t.test('with a second factor, the device is known once its code was right', async (t) => {
  const { app, secret, begin, code } = await withTotp(t)
  const first = await post(app, '/auth/login', credentials)
  t.match(first.json(), { type: '/problems/mfa-required' })
  t.equal(first.headers['set-cookie'], undefined)
  const mfaToken = await begin()
  const done = await post(app, '/auth/login/mfa', { mfaToken, code: await code() })
  const headers = withDevice(done.cookies.find(({ name }) => name === 'device_token')?.value)
  const pending = await begin()
  const finish = async (digits: string, more = {}) =>
    (await post(app, '/auth/login/mfa', { mfaToken: pending, code: digits }, more)).statusCode

  for (let i = 0; i < 5; i++) t.equal(await finish(wrongCodeOf(secret)), 401)
  t.equal(await finish(await code()), 429, 'wrong codes of a stranger lock strangers out')
  t.equal(await finish(await code(), headers), 200)
})
