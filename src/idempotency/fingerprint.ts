import { createHash } from 'node:crypto'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Sorts the members of objects: their order has no meaning (RFC 8259, 4). */
export const sorted = (_name: string, value: unknown): unknown =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** Returns the id of the key `name` of `ownerId`. */
export const keyIdOf = (ownerId: string, name: string): string => sha256(`${ownerId} ${name}`)

/** Returns the SHA-256 of a request: equal requests have equal ones. @param body as parsed from JSON, or its digest */
export const fingerprintOf = (method: string, url: string, body: unknown): string =>
  sha256(`${method} ${url}\n${JSON.stringify(body, sorted) ?? ''}`)
