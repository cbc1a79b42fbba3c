import { invalidRequest } from '../../errors.js'

const LONGEST = 255

/**
 * The key of an Idempotency-Key header, which may be a structured string in quotes (RFC 9651, 3.3.3; as
 * draft-ietf-httpapi-idempotency-key-header asks) or, as most clients send it, bare. Both spell the same key.
 * @throws Problem invalid-request when nothing or too much is left.
 */
export function parseIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null
  const bare = header.trim()
  const [, quoted] = /^"((?:[^"\\]|\\["\\])*)"$/.exec(bare) ?? []
  const key = quoted === undefined ? bare : quoted.replace(/\\(["\\])/g, '$1')
  if (key.length >= 1 && key.length <= LONGEST) return key
  throw invalidRequest([{ path: 'idempotency-key', message: `must have 1 to ${LONGEST} characters` }])
}
