import type { Metadata } from './contract/metadata.js'

/** The most bytes of metadata as JSON without blanks, in UTF-8. */
export const METADATA_BYTES = 4_096
/** The most fields of metadata, and the most characters of a field's name. */
export const METADATA_FIELDS = 50
export const METADATA_NAME_LENGTH = 40
/** The most objects and lists inside each other, metadata itself included: far within what databases parse. */
export const METADATA_DEPTH = 20

/** Returns the fault of a value in itself, without its members. */
function faultOfValue(value: unknown): string | undefined {
  if (typeof value === 'string' && !value.isWellFormed()) return 'must not hold half of a surrogate pair'
  // JSON.parse reads 1e999 as Infinity, which has no JSON.
  if (typeof value === 'number' && !Number.isFinite(value)) return 'must not hold a number beyond 1.8e308'
  return undefined
}

/** Returns the fault of a name at any depth. */
function faultOfName(name: string): string | undefined {
  if (name === '__proto__') return 'must not have a field named __proto__'
  return name.isWellFormed() ? undefined : 'must not have half of a surrogate pair in a name'
}

/** Looks at every value and name, without recursion: the depth is the client's. */
function faultInside(metadata: object): string | undefined {
  const left = [{ holder: metadata, depth: 1 }]
  for (let next = left.pop(); next; next = left.pop()) {
    const { holder, depth } = next
    if (depth > METADATA_DEPTH) return `must not nest deeper than ${METADATA_DEPTH} levels`
    for (const [name, value] of Object.entries(holder)) {
      const fault = faultOfName(name) ?? faultOfValue(value)
      if (fault !== undefined) return fault
      if (typeof value === 'object' && value !== null) left.push({ holder: value, depth: depth + 1 })
    }
  }
  return undefined
}

/**
 * Returns what is wrong with metadata beyond the number of its fields and the length of their names, which schemas tell;
 * undefined if it is valid.
 */
export function metadataFault(metadata: object, maxBytes: number = METADATA_BYTES): string | undefined {
  const fault = faultInside(metadata)
  if (fault !== undefined) return fault
  const bytes = Buffer.byteLength(JSON.stringify(metadata))
  return bytes > maxBytes ? `must have at most ${maxBytes} bytes as JSON, and has ${bytes}` : undefined
}

/** Returns the text of metadata in the database. */
export const metadataText = (metadata: Metadata | null): string | null =>
  metadata === null ? null : JSON.stringify(metadata)

/** Returns the metadata of its text in the database. */
export const metadataOf = (text: string | null): Metadata | null => (text === null ? null : JSON.parse(text))
