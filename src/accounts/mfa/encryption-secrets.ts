import type { Config } from '../../config.js'
import { dataFolder } from '../../db/open.js'
import { loadSigningKey } from '../access-tokens/signing-key.js'

/** Returns the secrets that sign access tokens: the first signs, all verify. */
export function signingSecrets({
  jwtSecret,
  retiredJwtSecrets,
  databaseUrl,
}: Pick<Config, 'jwtSecret' | 'retiredJwtSecrets' | 'databaseUrl'>): string[] {
  return [jwtSecret ?? loadSigningKey(dataFolder(databaseUrl)).key, ...retiredJwtSecrets]
}

/** Returns the secrets from which the keys of a secret box are derived: the first encrypts, all decrypt. */
export const encryptionSecrets = (config: Config): string[] => [
  ...config.encryptionKeys,
  ...signingSecrets(config),
]
