import type { SqlError } from 'mariadb'
import { DatabaseUnusable } from '../errors.js'

/** Permanent configuration errors, by server error number. */
const REFUSALS: Record<number, string> = {
  1044: 'the user has no right to use this database',
  1045: 'the user or the password is wrong',
  1049: 'there is no such database: make it first, as in CREATE DATABASE shop CHARACTER SET utf8mb4',
  1130: 'the server takes no connections from this machine',
  1142: 'the user lacks rights on this database: it needs all of them there',
  1290: 'the server takes no changes (read_only): it must be the one that is written to',
  1698: 'the user or the password is wrong',
  1836: 'the server takes no changes (read_only): it must be the one that is written to',
}

/** Returns the first line of the text of an error. The driver's own begins with the number of its connection, and ends with the statement. */
export const messageOf = (error: unknown): string =>
  String((error as Partial<SqlError>).sqlMessage ?? (error as Error).message).split('\n', 1)[0] ?? ''

/** Converts a server error into one telling the operator how to fix it; returns other errors unchanged. */
export function explainRefusal(error: unknown): unknown {
  const { errno, sqlMessage } = error as Partial<SqlError>
  const reason = REFUSALS[errno ?? 0] ?? sqlMessage
  return reason ? new DatabaseUnusable(reason, { cause: error }) : error
}
