import type { Config } from '../../config.js'
import { signingSecrets } from '../access-tokens/signing-key.js'

/** Returns the secrets from which the keys of a secret box are derived: the first encrypts, all decrypt. */
export const encryptionSecrets = (config: Config): string[] => [
  ...config.encryptionKeys,
  ...signingSecrets(config),
]
