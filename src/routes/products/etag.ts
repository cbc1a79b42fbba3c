// Entity tags (RFC 9110, 8.8.3): the beginning of the log's epoch and the version of a product. They are strong: two
// answers with the same tag have the same bytes. A database that was restored gives versions out again, to other states of
// the product, but under another epoch.

/** Quoted tags, weak or not, separated by commas; undefined for anything else. */
function parseTags(header: string): string[] | undefined {
  const list = header.split(',').map((part) => part.trim())
  return list.every((tag) => /^(W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/.test(tag)) ? list : undefined
}

/** The tag of a product's `version` in the log whose `epochTag` is given. */
export const etagOf = (epochTag: string, version: bigint) => `"${epochTag}-${version}"`

/** Whether If-None-Match says that the client has `etag` already, by weak comparison (RFC 9110, 13.1.2). */
export function alreadyHeld(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return parseTags(header)?.some((tag) => tag.replace(/^W\//, '') === etag) ?? false
}

/**
 * What If-Match accepts, by strong comparison (RFC 9110, 13.1.1); undefined where the client sent none. A header
 * that can't be read accepts nothing: its sender did not want a change without condition.
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
