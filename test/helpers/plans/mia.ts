import type { App } from '../../../src/app.js'
import { createAuthenticator } from '../authenticator.js'
import { codeOf } from '../mfa.js'

const MIA = { name: 'Mia', email: 'mia@shop.test', password: 'correct horse battery' }
/** The page whose passkeys she has. */
const HERE = { host: 'localhost' }

export type Mia = Awaited<ReturnType<typeof createMia>>

/** Registers Mia, who visits the operations about second factors, and signs her in. */
export async function createMia(app: App) {
  const post = (url: string, payload: object, headers: Record<string, string> = HERE) =>
    app.inject({ method: 'POST', url, headers, payload })
  const { email, password } = MIA
  const userId = (await post('/auth/register', MIA)).json().id as string
  const signIn = async () => (await post('/auth/login', { email, password })).json()
  const headers = { ...HERE, authorization: `Bearer ${(await signIn()).accessToken}` }
  const authenticator = createAuthenticator()
  let secret = ''
  return {
    headers,
    password,
    /** Begins to set up an authenticator app, as the visits do. */
    async setUp() {
      secret = (await post('/auth/mfa/totp', { password }, headers)).json().secret
    },
    /** Returns a currently valid code. */
    async code() {
      await app.db.write((tx) => tx.totp.updateMany({ where: { userId }, data: { lastStep: 0 } }))
      return codeOf(secret)
    },
    /** Returns the token of a sign-in waiting for its second step. */
    mfaToken: async () => (await signIn()).mfaToken as string,
    /** Returns the registration of a passkey. */
    create: async () =>
      authenticator.create((await post('/auth/passkeys/options', { password }, headers)).json()),
    /** Returns the assertion of that passkey. */
    get: async () => authenticator.get((await post('/auth/login/passkey/options', {})).json()),
    passkeyId: async () =>
      (await app.inject({ url: '/auth/passkeys', headers })).json().items[0].id as string,
  }
}
