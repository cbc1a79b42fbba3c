/** The type of an id column in JSON_TABLE. Comparing it with an id column requires the same collation. */
export const ID = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin'

/**
 * Formats a time as DATETIME(3) in UTC.
 * @param at milliseconds since 1970
 */
export const datetime = (at: number) => new Date(at).toISOString().replace('T', ' ').slice(0, -1)
