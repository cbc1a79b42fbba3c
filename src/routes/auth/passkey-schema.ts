import { type TProperties, Type } from '@sinclair/typebox'
import { VISIBLE } from '../../http/schema.js'
import { Tokens } from './schema.js'

const Bytes = Type.String({ maxLength: 32_768, description: 'In base64url' })
const NullableText = Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 1_400 })

/** Ids of 1,023 bytes at most (WebAuthn Level 3, 4). A longer one belongs to no passkey, and signs nobody in. */
const newIds = { id: Type.String({ maxLength: 1_400 }), rawId: Type.String({ maxLength: 1_400 }) }
const anyIds = { id: Type.String(), rawId: Type.String() }

/** Members of every credential as browsers and @simplewebauthn/browser serialise it (WebAuthn Level 3, 5.1). */
const credential = {
  type: Type.Unsafe<'public-key'>({ type: 'string', enum: ['public-key'] }),
  authenticatorAttachment: Type.Optional(NullableText),
  clientExtensionResults: Type.Optional(Type.Object({}, { additionalProperties: true })),
}
const exact = <P extends TProperties>(properties: P, options = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options })

const exampleId = 'q83vEjRWeJCrze8SNFZ4kA'
const exampleCredential = { id: exampleId, rawId: exampleId, type: 'public-key', clientExtensionResults: {} }
const clientDataJSON = 'eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0'

export const Registration = exact(
  {
    ...newIds,
    ...credential,
    response: exact({
      clientDataJSON: Bytes,
      attestationObject: Bytes,
      authenticatorData: Type.Optional(Bytes),
      transports: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 16 })),
      publicKeyAlgorithm: Type.Optional(Type.Integer()),
      publicKey: Type.Optional(Type.Union([Bytes, Type.Null()])),
    }),
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        pattern: VISIBLE,
        description: 'By which the owner tells passkeys apart',
      }),
    ),
  },
  {
    title: 'PasskeyRegistration',
    examples: [
      {
        ...exampleCredential,
        response: { clientDataJSON, attestationObject: 'o2NmbXRkbm9uZQ', transports: ['internal'] },
        name: 'Phone',
      },
    ],
  },
)

export const Assertion = exact(
  {
    ...anyIds,
    ...credential,
    response: exact({
      clientDataJSON: Bytes,
      authenticatorData: Bytes,
      signature: Bytes,
      userHandle: Type.Optional(NullableText),
    }),
    tokens: Tokens,
  },
  {
    title: 'PasskeyAssertion',
    examples: [
      {
        ...exampleCredential,
        response: {
          clientDataJSON,
          authenticatorData: 'SZYN5YgOjGh0NBcPZHZgW4',
          signature: 'MEUCIQ',
          userHandle: 'AZqjwnpOfDGfDj9vDm8rEQ',
        },
      },
    ],
  },
)

/** Nothing, or the password of the caller. An empty object is nothing too. */
export const OwnPassword = Type.Unsafe<{ password?: string } | null | undefined>({
  title: 'OptionalPasswordProof',
  type: ['object', 'null'],
  properties: {
    password: Type.String({
      maxLength: 1024,
      description: 'Needed when the sign-in was more than 10 minutes ago',
    }),
  },
  additionalProperties: false,
  examples: [{}],
})

const challenge = 'AZqjwnpOq83vEjRWeJCrze8SNFZ4kA'

export const CreationOptions = Type.Object(
  {
    challenge: Bytes,
    rp: Type.Object({ id: Type.Optional(Type.String()), name: Type.String() }),
    user: Type.Object({ id: Bytes, name: Type.String(), displayName: Type.String() }),
  },
  {
    title: 'PasskeyCreationOptions',
    additionalProperties: true,
    description:
      '`PublicKeyCredentialCreationOptionsJSON` of WebAuthn, for `startRegistration` of @simplewebauthn/browser',
    examples: [
      {
        challenge,
        rp: { id: 'shop.example', name: 'Stockroom' },
        user: { id: 'AZqjwnpOfDGfDj9vDm8rEQ', name: 'ada@shop.example', displayName: 'Ada Lovelace' },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      },
    ],
  },
)

export const RequestOptions = Type.Object(
  { challenge: Bytes, rpId: Type.Optional(Type.String()) },
  {
    title: 'PasskeyRequestOptions',
    additionalProperties: true,
    description:
      '`PublicKeyCredentialRequestOptionsJSON` of WebAuthn, for `startAuthentication` of @simplewebauthn/browser',
    examples: [{ challenge, rpId: 'shop.example', userVerification: 'required' }],
  },
)

const passkey = {
  id: Type.String(),
  name: Type.String(),
  backedUp: Type.Boolean({ description: 'Whether it is synced to other devices of its owner' }),
  createdAt: Type.String({ format: 'date-time' }),
  lastUsedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
}
const passkeyExample = {
  id: '019aa3c2-9d4e-7c31-9f0e-3f6f0e6f2b12',
  name: 'Phone',
  backedUp: true,
  createdAt: '2026-11-22T09:30:00.000Z',
  lastUsedAt: null,
}

export const Passkey = Type.Object(passkey, { title: 'Passkey' })

export const PasskeyList = Type.Object(
  { items: Type.Array(Passkey) },
  { title: 'PasskeyList', description: 'The passkeys', examples: [{ items: [passkeyExample] }] },
)

export const NewPasskey = Type.Object(
  {
    ...passkey,
    recoveryCodes: Type.Optional(
      Type.Array(Type.String(), {
        description: "If it is the user's first second factor: shown this once, each valid once",
      }),
    ),
  },
  { title: 'NewPasskey', description: 'The passkey', examples: [passkeyExample] },
)

export const PasskeyParams = Type.Object({ id: Type.String() })
