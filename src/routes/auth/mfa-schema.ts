import { Type } from '@sinclair/typebox'
import { Tokens } from './schema.js'

const password = 'correct horse battery'
const code = '287082'
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

const Password = Type.String({ maxLength: 1024 })
const Code = Type.String({
  maxLength: 64,
  description: 'Six digits of an authenticator app, or a recovery code',
})

export const MfaLogin = Type.Object(
  { mfaToken: Type.String({ maxLength: 1024 }), code: Code, tokens: Tokens },
  {
    title: 'MfaLogin',
    additionalProperties: false,
    examples: [{ mfaToken: 'bm90IGEgdG9rZW4gb2YgYW55Ym9keSwgYW4gZXhhbXBsZQ', code }],
  },
)

export const TotpSetUp = Type.Object(
  { password: Password },
  { title: 'TotpSetUp', additionalProperties: false, examples: [{ password }] },
)

export const TotpSecret = Type.Object(
  {
    secret: Type.String({ description: 'In base32, for typing it into an app' }),
    uri: Type.String({ description: 'The same as an `otpauth:` URI, for a QR code' }),
  },
  {
    title: 'TotpSecret',
    description: 'The secret for the app',
    examples: [
      {
        secret,
        uri: `otpauth://totp/Stockroom:ada%40shop.example?issuer=Stockroom&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
      },
    ],
  },
)

export const TotpCode = Type.Object(
  { code: Type.String({ maxLength: 64, description: 'Six digits that the app shows' }) },
  { title: 'TotpCode', additionalProperties: false, examples: [{ code }] },
)

export const RecoveryCodes = Type.Object(
  { recoveryCodes: Type.Array(Type.String(), { description: 'Shown this once; each is valid once' }) },
  {
    title: 'RecoveryCodes',
    description: 'New recovery codes',
    examples: [{ recoveryCodes: ['5k2m-x0pd-9aqe-7ttw-c3hb-n8yg'] }],
  },
)

export const TotpOff = Type.Object(
  { password: Password, code: Code },
  { title: 'TotpOff', additionalProperties: false, examples: [{ password, code }] },
)

export const Factors = Type.Object(
  {
    totp: Type.Boolean({ description: 'Whether codes of an authenticator app are on' }),
    passkeys: Type.Integer({ description: 'Number of passkeys' }),
    recoveryCodesLeft: Type.Integer({ description: 'Number of recovery codes that were not used yet' }),
  },
  {
    title: 'Factors',
    description: 'The second factors',
    examples: [{ totp: true, passkeys: 1, recoveryCodesLeft: 9 }],
  },
)

export const RecoveryProof = Type.Object(
  { password: Password, code: Type.Optional(Code) },
  { title: 'RecoveryProof', additionalProperties: false, examples: [{ password, code }] },
)
