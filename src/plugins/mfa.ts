import fp from 'fastify-plugin'
import { signingSecrets } from '../accounts/access-tokens/signing-key.js'
import { createCodes } from '../accounts/mfa/codes.js'
import { encryptionSecrets } from '../accounts/mfa/encryption-secrets.js'
import { readFactors } from '../accounts/mfa/factors.js'
import { hasLostSecrets } from '../accounts/mfa/lost-secrets.js'
import { createReauthentication } from '../accounts/mfa/reauthentication.js'
import { createRecoveryCodes } from '../accounts/mfa/renew-recovery-codes.js'
import { createSecretBox } from '../accounts/mfa/secret-box.js'
import { createMfaSignIn } from '../accounts/mfa/sign-in.js'
import { createTotp } from '../accounts/mfa/totp.js'
import { createCeremonies } from '../accounts/passkeys/ceremonies.js'
import { createChallenges } from '../accounts/passkeys/challenges.js'
import { createPasskeys } from '../accounts/passkeys/passkeys.js'
import { createPasskeySignIn } from '../accounts/passkeys/sign-in.js'
import type { FactorsView } from '../contract/user.js'

declare module 'fastify' {
  interface FastifyInstance {
    mfa: ReturnType<typeof createMfaSignIn> & {
      totp: ReturnType<typeof createTotp>
      recoveryCodes: ReturnType<typeof createRecoveryCodes>
      /** Returns the second factors of a user. */
      factorsOf(userId: string): Promise<FactorsView>
      passkeys: ReturnType<typeof createPasskeys>
      passkeySignIn: ReturnType<typeof createPasskeySignIn>
    }
  }
}

/** Decorates `app.mfa` with second factors, and reports undecryptable secrets. */
export default fp(
  async (app) => {
    const { db, config, accounts } = app
    const { sessions, guessing, guess, mfaTokens: tokens } = accounts
    const signingKeys = signingSecrets(config)
    const box = createSecretBox({ secrets: encryptionSecrets(config), purpose: 'totp' })
    if (await hasLostSecrets(db, box.keyIds))
      app.log.error(
        'some secrets of authenticator apps cannot be decrypted: add the key that encrypted them to ENCRYPTION_KEY. ' +
          'Until then, their users sign in with recovery codes',
      )

    const codes = createCodes({ db, box })
    const { shopName, adminMfaRequired } = config
    const mfaRequiredOf = (role: string) => adminMfaRequired && role === 'admin'
    const reauthentication = createReauthentication({ db, guess })
    const ceremonies = createCeremonies({ challenges: createChallenges({ secrets: signingKeys }), shopName })
    const shared = { db, sessions, guessing, reauthentication, mfaRequiredOf }
    app.decorate('mfa', {
      ...createMfaSignIn({ codes, tokens, sessions, guessing }),
      totp: createTotp({ ...shared, box, codes, shopName }),
      recoveryCodes: createRecoveryCodes({ db, codes, guessing, reauthentication }),
      factorsOf: (userId: string) => readFactors(db.read, userId),
      passkeys: createPasskeys({ ...shared, ceremonies }),
      passkeySignIn: createPasskeySignIn({ db, ceremonies, sessions }),
    })
  },
  { name: 'mfa', dependencies: ['config', 'db', 'accounts'] },
)
