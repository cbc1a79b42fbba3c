import { InvalidArgumentError } from 'commander'
import { URL_PATTERN } from '../db/open.js'

/** Returns the parser of a whole number in a range. */
export const wholeNumber = (least: number, most: number) => (text: string) => {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : -1
  if (number < least || number > most)
    throw new InvalidArgumentError(`It is a number from ${least} to ${most}.`)
  return number
}

const DATABASE_URL = new RegExp(URL_PATTERN)

/** Parses the URL of a database. */
export function databaseUrl(text: string): string {
  if (DATABASE_URL.test(text)) return text
  throw new InvalidArgumentError(
    'It is a URL like file:./data/stockroom.db or mysql://user:password@host/shop.',
  )
}
