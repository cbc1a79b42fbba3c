import { LruMap } from 'toad-cache'

/**
 * Caches the claims of verified tokens until they expire. Only valid tokens are cached, so forged ones evict nothing.
 * @param verify returns a token's claims or throws; revocation is not cached and must be checked by the caller
 * @param maxTokens capacity of the LRU cache, at some 400 bytes per token
 */
export function cacheVerified<T extends { exp: number }>(
  verify: (token: string) => T,
  maxTokens: number,
): (token: string) => T {
  const cache = new LruMap<T>(maxTokens)
  return (token) => {
    const known = cache.get(token)
    if (known !== undefined && Date.now() < known.exp * 1000) return known
    const claims = Object.freeze(verify(token))
    cache.set(token, claims)
    return claims
  }
}
