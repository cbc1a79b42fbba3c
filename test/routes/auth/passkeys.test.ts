import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { ada, login, post } from '../../helpers/ada.js'
import { faultyPaths, noRateLimits, signIn } from '../../helpers/app.js'
import { createAuthenticator, type Forgery } from '../../helpers/authenticator.js'
import { codeOf, HERE, remove, withAuthenticator } from '../../helpers/passkeys.js'

t.test('a passkey is registered, listed, used to sign in, and removed', async (t) => {
  const { app, bearer, headers, device, register, use } = await withAuthenticator(t)
  const other = await login(app)
  const options = await post(app, '/auth/passkeys/options', undefined, headers)
  t.equal(options.headers['cache-control'], 'no-store')
  t.match(options.json(), {
    rp: { id: 'localhost', name: 'Stockroom' },
    user: { name: ada.email, displayName: ada.name },
    attestation: 'none',
    excludeCredentials: [],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  const answer = await register(device, 'Phone')
  t.equal(answer.statusCode, 201)
  const { recoveryCodes, ...passkey } = answer.json()
  t.match(passkey, { name: 'Phone', backedUp: true, lastUsedAt: null })
  t.equal(new Set(recoveryCodes).size, 10)
  t.equal(
    (await app.inject({ url: '/auth/me', headers: other.bearer })).statusCode,
    401,
    'other sessions end',
  )
  const me = await app.inject({ url: '/auth/me', headers: bearer })
  t.equal(me.json().mfa, true)
  const again = await post(app, '/auth/passkeys/options', {}, headers)
  t.match(again.json(), { excludeCredentials: [{ id: device.id }], user: { id: options.json().user.id } })

  const signedIn = await use()
  t.equal(signedIn.statusCode, 200, signedIn.body)
  t.match(signedIn.json(), { user: { email: ada.email, mfa: true }, expiresIn: 900 })
  t.same(
    signedIn.cookies.map(({ name }) => name),
    ['access_token', 'refresh_token', 'device_token'],
  )
  const program = await use({}, device, { tokens: 'body' })
  t.match(program.json().refreshToken, /^[\w-]{43}$/)
  t.equal(program.headers['set-cookie'], undefined)

  const list = await app.inject({ url: '/auth/passkeys', headers: bearer })
  t.match(list.json(), { items: [{ ...passkey, lastUsedAt: /Z$/ }] })
  t.notMatch(list.body, device.id)
  const second = await register(createAuthenticator())
  t.match(second.json(), { name: 'Passkey' })
  t.notOk('recoveryCodes' in second.json(), 'those of the first factor stay')

  for (const id of [passkey.id, second.json().id]) {
    t.equal((await app.inject({ url: '/auth/me', headers: bearer })).json().mfa, true)
    t.equal((await remove(app, id, headers)).statusCode, 204)
    t.equal((await remove(app, id, headers)).statusCode, 404)
  }
  t.equal((await app.inject({ url: '/auth/me', headers: bearer })).json().mfa, false)
  t.equal(await app.db.read.recoveryCode.count(), 0)
  t.equal(codeOf(await use()), 'invalid-passkey')
  const trail = await app.db.read.auditEntry.findMany({
    where: { subjectId: me.json().id },
    orderBy: { id: 'asc' },
  })
  const changes = ['added', 'added', 'removed', 'removed'].map((change) => `user.factor-${change}`)
  t.same(
    trail.map(({ action }) => action),
    changes,
  )
})

t.test('with a passkey, the password alone signs nobody in, and a recovery code helps', async (t) => {
  const { app, register } = await withAuthenticator(t)
  const [code] = (await register()).json().recoveryCodes
  const { answer } = await login(app)
  t.match(answer.json(), { type: '/problems/mfa-required', methods: ['passkey', 'recovery-code'] })
  const { mfaToken } = answer.json()
  t.equal((await post(app, '/auth/login/mfa', { mfaToken, code: '123456' })).statusCode, 401)
  t.equal((await post(app, '/auth/login/mfa', { mfaToken, code })).statusCode, 200)
})

t.test('a forged answer signs nobody in, and makes nothing', async (t) => {
  const { app, headers, device, register, challenge, use } = await withAuthenticator(t)
  await register()
  t.equal((await use({ counter: 100 })).statusCode, 200)
  const sessions = await app.db.read.session.count()
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ofRegistration = (await post(app, '/auth/passkeys/options', {}, headers)).json().challenge
  const forgeries: Record<string, Forgery> = {
    'a page of another site': { counter: 200, origin: 'https://evil.test' },
    'a page of a sibling': { counter: 200, origin: 'http://sub.localhost' },
    'no origin': { counter: 200, origin: 'null' },
    'another domain': { counter: 200, rpId: 'evil.test' },
    'the challenge of a registration': { counter: 200, challenge: ofRegistration },
    'a challenge that nobody issued': { counter: 200, challenge: 'q83vEjRWeJCrze8SNFZ4kA' },
    'the ceremony of a registration': { counter: 200, type: 'webauthn.create' },
    'no user verification': { counter: 200, unverified: true },
    'a counter that goes back': { counter: 99 },
    'the same counter': { counter: 100 },
    'a counter of 0': { counter: 0 },
    'another key': { counter: 200, key },
    'another user': { counter: 200, userHandle: 'AZqjwnpOfDGfDj9vDm8rEQ' },
  }
  for (const [name, forged] of Object.entries(forgeries)) {
    const answer = await use(forged)
    t.match([answer.statusCode, codeOf(answer)], [401, 'invalid-passkey'], name)
    t.equal(answer.headers['set-cookie'], undefined)
  }
  t.equal(codeOf(await use({}, createAuthenticator())), 'invalid-passkey', 'unknown')
  const changed = Buffer.from((await challenge()).challenge, 'base64url')
  changed.writeUIntBE(Date.now() + 60_000, 0, 6)
  t.equal(codeOf(await use({ counter: 200, challenge: changed.toString('base64url') })), 'invalid-passkey')
  t.equal(await app.db.read.session.count(), sessions)

  const signed = device.get(await challenge(), { counter: 200 })
  const foreign = await post(app, '/auth/login/passkey', signed, { host: 'shop.test' })
  t.equal(codeOf(foreign), 'invalid-passkey', 'at another host')
  t.equal((await post(app, '/auth/login/passkey', signed, HERE)).statusCode, 200)
  t.equal(codeOf(await post(app, '/auth/login/passkey', signed, HERE)), 'invalid-passkey', 'sent twice')

  const row = await app.db.read.passkey.findFirst()
  await app.db.write((tx) => tx.passkey.update({ where: { id: row?.id ?? '' }, data: { counter: 0 } }))
  const replayed = await post(app, '/auth/login/passkey', signed, HERE)
  t.equal(codeOf(replayed), 'invalid-passkey', 'its challenge was used')
})

t.test('of concurrent uses of one answer, one signs in', async (t) => {
  const { app, device, register, challenge } = await withAuthenticator(t)
  await register()
  const signed = device.get(await challenge(), { counter: 0 })
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => post(app, '/auth/login/passkey', signed, HERE)),
  )
  t.same(answers.map(({ statusCode }) => statusCode).toSorted(), [200, 401, 401, 401, 401, 401])
})

t.test('a disabled user, and one who is gone, gets the answer of an unknown passkey', async (t) => {
  const { app, register, use } = await withAuthenticator(t)
  await register()
  await app.db.write((tx) => tx.user.updateMany({ where: { email: ada.email }, data: { disabled: true } }))
  const disabled = await use()
  t.match([disabled.statusCode, codeOf(disabled)], [401, 'invalid-passkey'])
  await app.db.write(async (tx) => {
    await tx.session.deleteMany()
    await tx.user.deleteMany({ where: { email: ada.email } })
  })
  t.equal(await app.db.read.passkey.count(), 0, 'passkeys go with their user')
  t.equal(codeOf(await use()), 'invalid-passkey')
})

t.test('a forged registration registers nothing', async (t) => {
  const { app, headers, device, register, challenge } = await withAuthenticator(t)
  const { challenge: ofSignIn } = await challenge()
  const stranger = await signIn(app)
  const ofStranger = await post(app, '/auth/passkeys/options', {}, { ...stranger.headers, ...HERE })
  const forgeries: Record<string, Forgery> = {
    'a page of another site': { origin: 'https://evil.test' },
    'another domain': { rpId: 'evil.test' },
    'the challenge of a sign-in': { challenge: ofSignIn },
    "another user's challenge": { challenge: ofStranger.json().challenge },
    'the ceremony of a sign-in': { type: 'webauthn.get' },
    'no user verification': { unverified: true },
    'an attestation that was not asked for': { format: 'android-safetynet' },
  }
  for (const [name, forged] of Object.entries(forgeries)) {
    const answer = await register(createAuthenticator(), undefined, forged)
    t.match([answer.statusCode, codeOf(answer)], [401, 'invalid-passkey'], name)
  }
  t.equal(await app.db.read.passkey.count(), 0)

  const created = device.create((await post(app, '/auth/passkeys/options', {}, headers)).json())
  t.equal((await post(app, '/auth/passkeys', created)).statusCode, 401)
  t.equal((await post(app, '/auth/passkeys', created, headers)).statusCode, 201)
  t.equal(codeOf(await post(app, '/auth/passkeys', created, headers)), 'invalid-passkey', 'sent twice')
  t.equal(codeOf(await register(device)), 'invalid-passkey', 'registered already')
  t.equal(await app.db.read.passkey.count(), 1)
  t.equal(
    codeOf(await post(app, '/auth/passkeys/options', {}, { ...headers, origin: 'https://evil.test' })),
    'invalid-passkey',
  )
  t.same(faultyPaths(await post(app, '/auth/passkeys', { ...created, admin: true }, headers)), ['admin'])
  t.same(faultyPaths(await post(app, '/auth/passkeys', {}, headers)).slice(0, 2), ['id', 'rawId'])
})

t.test(
  'passkeys are changed after a recent sign-in or with the password, by their owner alone',
  async (t) => {
    const { app, headers, register } = await withAuthenticator(t)
    const { id } = (await register()).json()
    const stranger = await signIn(app)
    for (const unknown of ['x', id]) t.equal((await remove(app, unknown, stranger.headers)).statusCode, 404)
    const earlier = new Date(Date.now() - 11 * 60_000)
    await app.db.write((tx) => tx.session.updateMany({ data: { createdAt: earlier } }))
    const late = await post(app, '/auth/passkeys/options', {}, headers)
    t.match([late.statusCode, codeOf(late)], [403, 'recent-sign-in-required'])
    t.equal(codeOf(await remove(app, id, headers)), 'recent-sign-in-required')
    t.equal(codeOf(await remove(app, id, headers, { password: 'wrong' })), 'invalid-credentials')
    const { password } = ada
    t.equal((await post(app, '/auth/passkeys/options', { password }, headers)).statusCode, 200)
    t.equal((await remove(app, id, headers, { password })).statusCode, 204)
  },
)

t.test('a user has twenty passkeys at most', async (t) => {
  const { app, register } = await withAuthenticator(t)
  for (let i = 0; i < 20; i++) t.equal((await register(createAuthenticator())).statusCode, 201)
  const answer = await register(createAuthenticator())
  t.match([answer.statusCode, codeOf(answer)], [409, 'passkey-limit'])
  t.equal(await app.db.read.passkey.count(), 20)
})

t.test('pages of an allowed origin sign in with passkeys of their own domain', async (t) => {
  const { app, headers } = await withAuthenticator(t, {
    ...noRateLimits,
    corsOrigins: ['https://shop.example'],
  })
  const device = createAuthenticator('https://shop.example', 'shop.example')
  const from = { host: 'api.example', origin: 'https://shop.example' }
  const options = await post(app, '/auth/passkeys/options', {}, { ...headers, ...from })
  t.equal(options.json().rp.id, 'shop.example')
  t.equal(
    (await post(app, '/auth/passkeys', device.create(options.json()), { ...headers, ...from })).statusCode,
    201,
  )
  const challenge = (await post(app, '/auth/login/passkey/options', {}, from)).json()
  t.equal(challenge.rpId, 'shop.example')
  t.equal((await post(app, '/auth/login/passkey', device.get(challenge), from)).statusCode, 200)
})
