import { Type } from '@sinclair/typebox'
import { invalidRequest } from '../errors.js'

const LONGEST = 255

/** The header Idempotency-Key of a request. @param answered the answer to an equal request with the same key */
export const idempotencyKeyHeader = (answered: string) =>
  Type.Optional(
    Type.String({
      description:
        `Makes a retry safe: the same key and body return ${answered}. ` +
        `1 to ${LONGEST} printable ASCII characters, bare or as a quoted string.`,
      minLength: 1,
      maxLength: 512,
      pattern: '^[\\x20-\\x7e]+$',
      examples: ['3f0c6e1c-cart-17'],
    }),
  )

/** The header of a replayed answer. */
export const REPLAYED = 'Idempotent-Replayed'

const fault = (message: string) => invalidRequest([{ path: 'idempotency-key', message }])

/**
 * The key of an Idempotency-Key header, which may be a structured string in quotes (RFC 9651, 3.3.3; as
 * draft-ietf-httpapi-idempotency-key-header asks) or, as most clients send it, bare. Both spell the same key.
 * @throws Problem invalid-request when nothing or too much is left, and for a quote without its counterpart.
 */
export function parseIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null
  const bare = header.trim()
  const [, quoted] = /^"((?:[^"\\]|\\["\\])*)"$/.exec(bare) ?? []
  if (quoted === undefined && /^"|"$/.test(bare))
    throw fault('has quotes that do not match: one in a quoted key has a backslash in front')
  const key = quoted === undefined ? bare : quoted.replace(/\\(["\\])/g, '$1')
  if (key.length >= 1 && key.length <= LONGEST) return key
  throw fault(`must have 1 to ${LONGEST} characters`)
}
