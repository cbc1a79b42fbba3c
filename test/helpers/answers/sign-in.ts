import { post } from '../ada.js'
import { credentials, NOWHERE, person, type Samples } from './sample.js'
import type { Shop } from './shop.js'

/** Returns the session id in the token of `authorization`. */
function sessionOf(authorization: string): string {
  const [, payload = ''] = authorization.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).sid
}

/** Ways in and out. */
export async function signInSamples({
  app,
  buyer,
  cookies,
  device,
  leaver,
  mfaToken,
  secondFactor,
}: Shop): Promise<Samples> {
  return {
    register: [
      [201, { payload: person }],
      [409, { payload: person }],
      [400, { payload: { name: '' } }],
      [400, { payload: '{', headers: { 'content-type': 'application/json' } }],
      [413, { payload: { name: 'x'.repeat(70_000) } }],
      [415, { payload: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ],
    login: [
      [401, { payload: { ...credentials, email: 'careful@shop.test' } }],
      [200, { payload: credentials }],
      [200, { payload: { ...credentials, tokens: 'body' } }],
      [401, { payload: { ...credentials, password: 'wrong' } }],
      [400, { payload: {} }],
    ],
    loginWithCode: [
      [200, { payload: { mfaToken, code: secondFactor.recoveryCodes[0] } }],
      [401, { payload: { mfaToken: 'unknown', code: '123456' } }],
      [400, { payload: {} }],
    ],
    beginPasskeyLogin: [
      [200, {}],
      [400, { payload: { email: person.email } }],
      [401, { headers: { origin: 'https://evil.example' } }],
    ],
    loginWithPasskey: [
      [200, { payload: device.get((await post(app, '/auth/login/passkey/options')).json()) }],
      [401, { payload: device.get({ challenge: 'unknown' }) }],
      [400, { payload: {} }],
    ],
    refresh: [
      [200, { cookies }],
      [401, {}],
      [401, { payload: { refreshToken: 'unknown' } }],
      [400, { payload: { refreshToken: 5 } }],
      [403, { cookies, headers: { origin: 'https://evil.example' } }],
    ],
    logout: [
      [204, { cookies }],
      [204, {}],
      [204, { payload: { refreshToken: 'unknown' } }],
      [204, { payload: {} }],
      [400, { payload: { refreshToken: 5 } }],
    ],
    forgotPassword: [
      [202, { payload: { email: person.email } }],
      [400, { payload: { email: 'ada' } }],
    ],
    resetPassword: [
      [401, { payload: { token: 'unknown', password: 'nine lamps and a ladder' } }],
      [400, { payload: { token: 'unknown', password: 'short' } }],
    ],
    verifyEmail: [
      [401, { payload: { token: 'unknown' } }],
      [400, { payload: {} }],
    ],
    resendVerification: [
      [202, buyer],
      [401, {}],
    ],
    listSessions: [
      [200, buyer],
      [401, {}],
    ],
    endSession: [
      [204, leaver, sessionOf(leaver.headers.authorization)],
      [404, buyer, NOWHERE],
      [401, {}, NOWHERE],
    ],
  }
}
