import type { Config } from '../../config.js'
import { dataFolder } from '../../db/open.js'
import { loadSigningKey } from '../access-tokens/signing-key.js'

/** Returns the secrets from which the keys of a secret box are derived: the first encrypts, all decrypt. */
export function encryptionSecrets({
  encryptionKeys,
  jwtSecret,
  retiredJwtSecrets,
  databaseUrl,
}: Config): string[] {
  const signingKey = jwtSecret ?? loadSigningKey(dataFolder(databaseUrl)).key
  return [...encryptionKeys, signingKey, ...retiredJwtSecrets]
}
