/** A column of JSON_TABLE that holds an id. Compared with a column of ids it must be of the same collation. */
export const ID = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin'

/** A time as DATETIME(3) takes it, in UTC. @param at milliseconds since 1970 */
export const datetime = (at: number) => new Date(at).toISOString().replace('T', ' ').slice(0, -1)
