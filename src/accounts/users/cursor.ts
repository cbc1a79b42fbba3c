import { invalidRequest } from '../../errors.js'
import { isId } from '../../ids.js'

/** The position of a user in a list; with a search, the term it was found by comes first. */
export interface Position {
  term?: string
  id: string
}

/** Encodes the opaque cursor for resuming after `position`. */
export const encodeCursor = ({ term, id }: Position): string =>
  Buffer.from(JSON.stringify(term === undefined ? [id] : [id, term])).toString('base64url')

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

/**
 * Decodes a cursor of a list, with or without a search.
 * @throws Problem invalid-request for a forged or malformed cursor, or one of another kind of list
 */
export function decodeCursor(cursor: string, searches: boolean): Position {
  const [id, term, ...rest] = parse(cursor)
  if (typeof id === 'string' && isId(id) && rest.length === 0) {
    if (!searches && term === undefined) return { id }
    if (searches && typeof term === 'string') return { id, term }
  }
  throw invalidRequest([{ path: 'cursor', message: 'is not a cursor of this list' }])
}
