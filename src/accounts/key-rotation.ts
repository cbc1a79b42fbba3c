import { TokenError } from 'fast-jwt'

const isWrongKey = (error: unknown) =>
  error instanceof TokenError && error.code === TokenError.codes.invalidSignature

/**
 * One verifier out of several, each of one key: a token is judged by the one whose key signed it. Nothing in the
 * token says which that is; what an attacker writes into a header must not choose the key.
 * @param verifiers at least one; the likeliest first
 * @returns a verifier that throws what the last of them throws, if the token is of no key
 */
export function verifyByAny<T>(verifiers: ((token: string) => T)[]): (token: string) => T {
  const [first, ...others] = verifiers
  if (!first) throw new RangeError('a token needs a key to be verified by')
  if (others.length === 0) return first
  const rest = verifyByAny(others)
  return (token) => {
    try {
      return first(token)
    } catch (error) {
      if (!isWrongKey(error)) throw error
      return rest(token)
    }
  }
}
