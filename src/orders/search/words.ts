import type { Order, User } from '#prisma'
import { termsOf } from '../../search/tokenize.js'

/** A part of the search text, between blanks. */
export interface Word {
  /** The lower-cased text, which may begin an email address. */
  email: string
  /** The same where it may begin an id. */
  idPrefix: string | undefined
  /** The folded words in it: each must begin a word of a name. */
  terms: string[]
}

/** The indexes of words: names of products, now and formerly; customers' names and addresses; ids. */
export type Place = 'product' | 'former' | 'user' | 'email' | 'order' | 'checkout'

/** A word with the places it occurs in. */
export interface FoundWord extends Word {
  /** The rarest of its longest terms, which stands for all of them. */
  term: string | undefined
  places: Set<Place>
  /** The products, customers and checkouts it leads to; undefined if they are many. */
  products: string[] | undefined
  users: string[] | undefined
  checkouts: string[] | undefined
}

const MAX_WORDS = 10
const MAX_TERMS = 10
/** The width of the column of terms. */
const TERM_LENGTH = 64
const ID_PREFIX = /^[0-9a-f-]{1,36}$/

/**
 * Parses the search text `q` into its first ten words. Those without a letter or digit are left out, unless there is no
 * other.
 */
export function parseWords(q: string): Word[] {
  const words = q
    .trim()
    .split(/\s+/)
    .filter((text) => text !== '')
    .map((text): Word => {
      const lower = text.toLowerCase()
      return {
        email: lower.slice(0, TERM_LENGTH),
        idPrefix: ID_PREFIX.test(lower) ? lower : undefined,
        terms: termsOf(text).slice(0, MAX_TERMS),
      }
    })
  const telling = words.filter(({ terms }) => terms.length > 0)
  return (telling.length > 0 ? telling : words).slice(0, MAX_WORDS)
}

export type Named = Pick<User, 'name' | 'email' | 'erasedAt'>
type Searched = Pick<Order, 'id' | 'checkoutId' | 'productName'>

/** Decides whether orders have all `words`. */
export class WordMatcher {
  readonly #words: Word[]
  readonly #terms = new Map<string, string[]>()

  constructor(words: Word[]) {
    this.#words = words
  }

  #termsOf(name: string): string[] {
    const known = this.#terms.get(name)
    if (known) return known
    const terms = termsOf(name)
    this.#terms.set(name, terms)
    return terms
  }

  /** @param customer the order's customer, if words may be theirs; an erased one matches none */
  matches({ id, checkoutId, productName }: Searched, customer: Named | undefined): boolean {
    const person = customer?.erasedAt === null ? customer : undefined
    const names = [...this.#termsOf(productName), ...(person ? this.#termsOf(person.name) : [])]
    // The address as a whole is a term too, as in the index of users.
    if (person) names.push(person.email)
    return this.#words.every(
      ({ email, idPrefix, terms }) =>
        (idPrefix !== undefined && (id.startsWith(idPrefix) || checkoutId?.startsWith(idPrefix))) ||
        person?.email.startsWith(email) ||
        (terms.length > 0 && terms.every((term) => names.some((name) => name.startsWith(term)))),
    )
  }
}
