import type { Db } from '../../db/db.js'

/**
 * Returns whether a secret was encrypted with a key other than `keyIds`. Looks only into the gaps between them, in the index
 * of key ids, so a million secrets take no longer than one.
 */
export async function hasLostSecrets(db: Db, keyIds: readonly string[]): Promise<boolean> {
  const known = keyIds.toSorted()
  for (let i = 0; i <= known.length; i++) {
    const [gt, lt] = [known[i - 1], known[i]]
    const keyId = { ...(gt !== undefined && { gt }), ...(lt !== undefined && { lt }) }
    if (await db.read.totp.findFirst({ where: { keyId }, select: { keyId: true } })) return true
  }
  return false
}
