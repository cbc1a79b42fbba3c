import type { App } from '../../../src/app.js'
import { post } from '../ada.js'
import { createAuthenticator } from '../authenticator.js'
import { turnTotpOn } from '../mfa.js'
import { credentials, PASSWORD, person } from './sample.js'

/** Registers users in the various states of their accounts. */
export async function createPeople(app: App) {
  /** Registers and signs a user in. @returns the answer to the sign-in, and headers with an access token */
  const join = async (name: string) => {
    const own = { ...credentials, email: `${name}@shop.test` }
    await post(app, '/auth/register', { ...own, name: person.name })
    const answer = await post(app, '/auth/login', own)
    return { answer, headers: { authorization: `Bearer ${answer.json().accessToken}` } }
  }
  const { answer, ...member } = await join('bob')
  const cookies = Object.fromEntries(answer.cookies.map(({ name, value }) => [name, value]))
  const [careful, cautious, hasty] = [await join('careful'), await join('cautious'), await join('hasty')]
  const [careless, keeper] = [await join('careless'), await join('keeper')]

  const secondFactor = await turnTotpOn(app, careful.headers, PASSWORD)
  const unwanted = await turnTotpOn(app, careless.headers, PASSWORD)
  const { mfaToken } = (await post(app, '/auth/login', { ...credentials, email: 'careful@shop.test' })).json()
  const setUp = await post(app, '/auth/mfa/totp', { password: PASSWORD }, cautious.headers)
  const unconfirmed = String(setUp.json().secret)

  const device = createAuthenticator()
  const newPasskey = async (authenticator: typeof device) =>
    authenticator.create((await post(app, '/auth/passkeys/options', {}, keeper.headers)).json())
  const passkey = (await post(app, '/auth/passkeys', await newPasskey(device), keeper.headers)).json()

  return {
    member,
    cookies,
    careful: { headers: careful.headers },
    cautious: { headers: cautious.headers },
    hasty: { headers: hasty.headers },
    careless: { headers: careless.headers },
    keeper: { headers: keeper.headers },
    secondFactor,
    unwanted,
    mfaToken,
    unconfirmed,
    device,
    newPasskey,
    passkey,
  }
}
