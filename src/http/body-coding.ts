import type { IncomingHttpHeaders } from 'node:http'
import { Problem, problems } from '../errors.js'

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i
const UTF8 = /^(utf-?8|us-ascii)$/i

export const unsupported = (detail: string) => new Problem(problems.unsupportedMediaType, detail)

/**
 * Returns why a body is not read, by the headers that describe its bytes: another encoding than UTF-8, or compression.
 * @param what the kind of body, as in `Send JSON in UTF-8.`
 */
export function codingRefusal(headers: IncomingHttpHeaders, what: string): Problem | undefined {
  const [, charset] = CHARSET.exec(headers['content-type'] ?? '') ?? []
  if (charset !== undefined && !UTF8.test(charset)) return unsupported(`Send ${what} in UTF-8.`)
  const coding = headers['content-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'identity')
    return unsupported('Send the body without compression.')
  return undefined
}
