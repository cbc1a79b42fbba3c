import { uuidv7 } from 'uuidv7'

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * A new id: a UUIDv7 (RFC 9562, 5.7). Ids of one process ascend, so rows are appended to their index and a list
 * in order of ids is a list in order of time.
 */
export const newId: () => string = uuidv7

/** Whether `text` could be an id at all. Anything else is known to name nothing without asking the database. */
export const isId = (text: string) => ID.test(text)
