import type { User } from '#prisma'
import { termsOf } from '../../search/tokenize.js'
import { userTerms } from './user-terms.js'

/** A search for users. */
export interface Search {
  /** All results have a term with this prefix. */
  prefix: string
  /** Whether the user matches: every word begins a word of the name, or the text begins the email address. */
  matches(user: Pick<User, 'name' | 'email'>): boolean
  /**
   * Whether a match is listed at its term `term`: a user with several terms of the prefix is listed once.
   */
  listsAt(user: Pick<User, 'name' | 'email'>, term: string): boolean
}

/** The characters that an email address may begin with, besides letters and digits (RFC 5322, 3.2.3). */
const EMAIL_PUNCTUATION = /^[!#$%&'*+/=?^_`{|}~.-]/

const TERM_LENGTH = 64

/** Parses the search text `q`. Undefined if it is blank. */
export function parseSearch(q: string): Search | undefined {
  const text = q.trim().toLowerCase()
  if (text === '') return undefined
  const words = termsOf(text)
  const isEmailAlone = words.length === 0 || (EMAIL_PUNCTUATION.test(text) && !/\s/.test(text))
  // With blanks the text cannot begin an email address: the longest word is likely to be the rarest.
  const word = /\s/.test(text) ? words.toSorted((a, b) => b.length - a.length)[0] : words[0]
  const prefix = (isEmailAlone ? text : (word ?? text)).slice(0, TERM_LENGTH)

  const matchesName = (name: string) => {
    const terms = termsOf(name)
    return words.length > 0 && words.every((each) => terms.some((term) => term.startsWith(each)))
  }
  return {
    prefix,
    matches: ({ name, email }) => email.startsWith(text) || matchesName(name),
    listsAt: (user, term) => userTerms(user).find((each) => each.startsWith(prefix)) === term,
  }
}
