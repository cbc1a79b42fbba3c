import { passwordFault } from './password-rules.js'

/** Shorter words occur in too many passwords by chance. */
const MIN_WORD_LENGTH = 3

/** Words of this program, an attacker's first guesses. Listed in docs/accounts.md. */
export const CONTEXT_WORDS = ['stockroom', 'inventory', 'warehouse']

/** Texts about a user known to others. */
export interface OwnWords {
  name?: string | undefined
  email?: string | undefined
  /** The name of the shop. */
  shop?: string | undefined
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** `text` without signs and blanks. */
const squeeze = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '')

const wordsOf = (text: string) =>
  [...fold(text).split(/[^\p{L}\p{N}]+/u), squeeze(fold(text))].filter(
    (word) => word.length >= MIN_WORD_LENGTH,
  )

/** Whether `password` has no more than words of `texts` and too little besides. */
function isMadeOf(password: string, texts: string[]): boolean {
  const words = texts.flatMap(wordsOf).toSorted((a, b) => b.length - a.length)
  const whole = fold(password)
  if (words.includes(squeeze(whole))) return true
  const without = words.reduce((left, word) => left.replaceAll(word, ''), whole)
  const rest = without.replace(/(.)\1+/gsu, '$1') // signs between the words add up otherwise
  const letters = rest.replace(/[^\p{L}]+/gu, '').length
  return without !== whole && letters < MIN_WORD_LENGTH && passwordFault(rest) !== undefined
}

/**
 * Returns the fault of a password made only of the user's own words and those of the shop, or undefined. The rest must
 * contain another word or be a valid password on its own.
 */
export function ownWordsFault(password: string, { name = '', email = '', shop = '' }: OwnWords) {
  const ofShop = [shop, ...CONTEXT_WORDS]
  if (isMadeOf(password, [name])) return 'must not consist only of your name'
  if (isMadeOf(password, [email])) return 'must not consist only of your email address'
  if (isMadeOf(password, ofShop)) return 'must not consist only of words of the shop'
  if (isMadeOf(password, [name, email, ...ofShop]))
    return 'must not consist only of your name, your email address and words of the shop'
  return undefined
}
