import { TokenError } from 'fast-jwt'

const isWrongKey = (error: unknown) =>
  error instanceof TokenError && error.code === TokenError.codes.invalidSignature

/**
 * Combines verifiers, one per key, into one that accepts a token signed by any of the keys. Keys are tried in turn:
 * a key id in the token's header is attacker-controlled and must not select the key.
 * @param verifiers at least one; the likeliest first
 * @returns a verifier; if no key matches, it throws the error of the last one
 */
export function verifyWithAnyKey<T>(verifiers: ((token: string) => T)[]): (token: string) => T {
  const [first, ...others] = verifiers
  if (!first) throw new RangeError('at least one verifier is required')
  if (others.length === 0) return first
  const rest = verifyWithAnyKey(others)
  return (token) => {
    try {
      return first(token)
    } catch (error) {
      if (!isWrongKey(error)) throw error
      return rest(token)
    }
  }
}
