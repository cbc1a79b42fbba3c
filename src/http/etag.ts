// Entity tags (RFC 9110, 8.8.3): the beginning of the log's epoch and the version of a product or order. They are
// strong: two answers with the same tag have the same bytes. A restored database gives versions out again, to other
// states of it, but under another epoch.

/** A list whose elements may be empty (RFC 9110, 5.6.1). */
const TAGS = /^[\t ,]*(?:(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"[\t ]*(?:,[\t ,]*|$))*$/
/** A tag, which may hold commas. */
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g

/** Returns the tags of a list of quoted ones, weak or not; undefined for anything else. */
const parseTags = (header: string): string[] | undefined =>
  TAGS.test(header) ? (header.match(TAG) ?? []) : undefined

/** The tag of the `version` of a resource in the log whose `epochTag` is given. */
export const etagOf = (epochTag: string, version: bigint) => `"${epochTag}-${version}"`

/** Whether If-None-Match names `etag` as known to the client, by weak comparison (RFC 9110, 13.1.2). */
export function alreadyHeld(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return parseTags(header)?.some((tag) => tag.replace(/^W\//, '') === etag) ?? false
}

/**
 * Returns the test of a version against If-Match, by strong comparison (RFC 9110, 13.1.1); undefined without the
 * header. An unreadable header accepts nothing: its sender did not want an unconditional change.
 */
export function acceptedBy(
  header: string | undefined,
  epochTag: string,
): ((version: bigint) => boolean) | undefined {
  if (header === undefined) return undefined
  if (header.trim() === '*') return () => true
  const tags = parseTags(header) ?? []
  return (version) => tags.includes(etagOf(epochTag, version))
}
