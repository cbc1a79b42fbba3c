import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { Passkey, User } from '#prisma'
import { invalidPasskey } from '../../errors.js'
import { AuthnFailure } from '../authn-failure.js'
import { CHALLENGE_MS, type Challenge, type Challenges } from './challenges.js'

/** Where a ceremony takes place: the relying party in the terms of WebAuthn. */
export interface Party {
  /** The domain of the passkeys. */
  rpId: string
  /** The page's origin, which the server allows. */
  origin: string
}

/** EdDSA, ES256, RS256: every authenticator has one of them. */
const ALGORITHMS = [-8, -7, -257]

/** Returns the user handle of a user: it must tell nothing of the person (WebAuthn Level 3, 14.6.1). */
export const handleOf = (userId: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(userId.replaceAll('-', ''), 'hex'))

/** Large, and needed for passkeys alone. */
const library = () => import('@simplewebauthn/server')

/** Awaits a verification of the library, whose every error refuses the passkey. */
async function refuseInvalid<T>(userId: string, verification: Promise<T>): Promise<T> {
  try {
    return await verification
  } catch {
    throw invalidPasskey(new AuthnFailure({ userId, reason: 'wrong-passkey' }))
  }
}

export type Ceremonies = ReturnType<typeof createCeremonies>

/** The ceremonies of WebAuthn Level 3: registering a passkey (7.1), and signing in with one (7.2). They change nothing. */
export function createCeremonies({ challenges, shopName }: { challenges: Challenges; shopName: string }) {
  const toRegister = (userId: string) => `register ${userId}`
  const TO_SIGN_IN = 'sign in'

  /** Returns a check of the challenge in a response, and what it found. */
  const expecting = (purpose: string) => {
    const found: { challenge?: Challenge } = {}
    const check = (text: string): boolean => {
      const challenge = challenges.verify(text, purpose)
      if (challenge) found.challenge = challenge
      return challenge !== undefined
    }
    return { found, check }
  }

  return {
    /** Returns the options with which a browser creates a passkey of `user`. */
    async registrationOptions(
      user: User,
      known: Passkey[],
      { rpId }: Pick<Party, 'rpId'>,
    ): Promise<PublicKeyCredentialCreationOptionsJSON> {
      const { generateRegistrationOptions } = await library()
      return generateRegistrationOptions({
        rpName: shopName,
        rpID: rpId,
        userID: handleOf(user.id),
        userName: user.email,
        userDisplayName: user.name,
        challenge: challenges.issue(toRegister(user.id)),
        timeout: CHALLENGE_MS,
        attestationType: 'none',
        excludeCredentials: known.map(({ credentialId: id }) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        supportedAlgorithmIDs: ALGORITHMS,
      })
    },

    /**
     * Verifies the passkey created by a browser.
     * @returns the credential, and the challenge, to be used up with it
     * @throws Problem `invalid-passkey`
     */
    async verifyRegistration(userId: string, response: RegistrationResponseJSON, { rpId, origin }: Party) {
      const { verifyRegistrationResponse } = await library()
      const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers')
      const { found, check } = expecting(toRegister(userId))
      const verify = async () => {
        const attestation = decodeAttestationObject(
          Uint8Array.from(Buffer.from(response.response.attestationObject, 'base64url')),
        )
        // None is asked for. The library would load revocation lists from addresses in a certificate.
        const format = attestation.get('fmt')
        const isSelfSigned = format === 'packed' && !attestation.get('attStmt').get('x5c')
        if (format !== 'none' && !isSelfSigned) throw new Error('unexpected attestation')
        const { registrationInfo } = await verifyRegistrationResponse({
          response,
          expectedChallenge: check,
          expectedOrigin: origin,
          expectedRPID: rpId,
          requireUserVerification: true,
          supportedAlgorithmIDs: ALGORITHMS,
        })
        if (!registrationInfo || !found.challenge) throw new Error('not verified')
        return { ...registrationInfo, challenge: found.challenge }
      }
      return refuseInvalid(userId, verify())
    },

    /** Returns the options with which a browser signs in with any passkey of this shop. */
    async signInOptions({ rpId }: Pick<Party, 'rpId'>): Promise<PublicKeyCredentialRequestOptionsJSON> {
      const { generateAuthenticationOptions } = await library()
      return generateAuthenticationOptions({
        rpID: rpId,
        challenge: challenges.issue(TO_SIGN_IN),
        timeout: CHALLENGE_MS,
        userVerification: 'required',
      })
    },

    /**
     * Verifies the answer of `passkey`: its signature, challenge, origin, user verification, and that its counter has grown.
     * @returns the new counter, and the challenge, to be used up with it
     * @throws Problem `invalid-passkey`
     */
    async verifySignIn(passkey: Passkey, response: AuthenticationResponseJSON, { rpId, origin }: Party) {
      const { verifyAuthenticationResponse } = await library()
      const { userId, credentialId: id, publicKey, counter } = passkey
      const { found, check } = expecting(TO_SIGN_IN)
      const verify = async () => {
        const handle = response.response.userHandle
        if (handle && !Buffer.from(handle, 'base64url').equals(handleOf(userId)))
          throw new Error('the passkey belongs to another user')
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          response,
          expectedChallenge: check,
          expectedOrigin: origin,
          expectedRPID: rpId,
          requireUserVerification: true,
          credential: {
            id,
            publicKey: Uint8Array.from(Buffer.from(publicKey, 'base64url')),
            counter: Number(counter),
          },
        })
        if (!verified || !found.challenge) throw new Error('not verified')
        return { ...authenticationInfo, challenge: found.challenge }
      }
      return refuseInvalid(userId, verify())
    },
  }
}
