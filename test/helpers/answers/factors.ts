import { createAuthenticator } from '../authenticator.js'
import { codeOf } from '../mfa.js'
import { NOWHERE, person, type Samples } from './sample.js'
import type { Shop } from './shop.js'

/** Second factors. */
export async function factorSamples({
  careful,
  careless,
  cautious,
  hasty,
  keeper,
  newPasskey,
  passkey,
  secondFactor,
  unconfirmed,
  unwanted,
}: Shop): Promise<Samples> {
  return {
    setUpTotp: [
      [200, { ...hasty, payload: { password: person.password } }],
      [401, { ...hasty, payload: { password: 'wrong' } }],
      [400, { ...hasty, payload: {} }],
      [409, { ...careful, payload: { password: person.password } }],
    ],
    confirmTotp: [
      [200, { ...cautious, payload: { code: codeOf(unconfirmed) } }],
      [401, { ...hasty, payload: { code: 'x' } }],
      [409, { ...careful, payload: { code: '123456' } }],
      [400, { ...careful, payload: {} }],
    ],
    turnTotpOff: [
      [401, { ...careless, payload: { password: person.password, code: 'x' } }],
      [204, { ...careless, payload: { password: person.password, code: unwanted.recoveryCodes[1] } }],
      [404, { ...careless, payload: { password: person.password, code: 'x' } }],
      [400, { ...careless, payload: {} }],
    ],
    getFactors: [
      [200, careful],
      [401, {}],
    ],
    replaceRecoveryCodes: [
      [401, { ...careful, payload: { password: person.password, code: 'x' } }],
      [200, { ...careful, payload: { password: person.password, code: secondFactor.recoveryCodes[1] } }],
      [400, { ...careful, payload: { password: person.password } }],
      [404, { ...hasty, payload: { password: person.password } }],
    ],
    listPasskeys: [
      [200, keeper],
      [401, {}],
    ],
    beginPasskeyRegistration: [
      [200, { ...keeper, payload: { password: person.password } }],
      [401, { ...keeper, payload: { password: 'wrong' } }],
      [400, { ...keeper, payload: { password: 5 } }],
    ],
    registerPasskey: [
      [201, { ...keeper, payload: await newPasskey(createAuthenticator()) }],
      [401, { ...keeper, payload: createAuthenticator().create({ challenge: '', user: { id: '' } }) }],
      [400, { ...keeper, payload: {} }],
    ],
    deletePasskey: [
      [401, { ...keeper, payload: { password: 'wrong' } }, passkey.id],
      [204, keeper, passkey.id],
      [404, keeper, NOWHERE],
    ],
  }
}
