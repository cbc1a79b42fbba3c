import { LruMap } from 'toad-cache'

/**
 * Has each good token verified once: asked again, the claims are at hand until the token expires. Only what was
 * verified is kept, so guesses push nothing out but what nobody uses.
 * @param verify gives a token's claims, or throws; what else can end a token, as a sign-out, is for the caller to ask
 * @param most tokens to keep, the least recently used go first; at some 400 bytes each
 */
export function verifyOnce<T extends { exp: number }>(
  verify: (token: string) => T,
  most: number,
): (token: string) => T {
  const kept = new LruMap<T>(most)
  return (token) => {
    const known = kept.get(token)
    if (known !== undefined && Date.now() < known.exp * 1000) return known
    const claims = Object.freeze(verify(token))
    kept.set(token, claims)
    return claims
  }
}
