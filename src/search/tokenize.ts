import { fold } from './folding.js'

/**
 * The version of the rules in this file, folding.ts and signatures.ts. Increase it with any change in their
 * output: products indexed under older rules are then reindexed (reindex-names.ts).
 */
export const NAME_RULES = 2

const MAX_TERM_CODE_POINTS = 64
const MAX_SORT_KEY_CODE_POINTS = 200

/**
 * A word is a run of letters and digits with their combining marks. Han script has no spaces, so each
 * character is a word (as in UAX #29, which defines no other boundaries for it without a dictionary).
 */
const WORD = /(?=[\p{L}\p{N}])\p{sc=Han}|(?:(?!\p{sc=Han})[\p{L}\p{N}]\p{M}*)+/gu

const cut = (text: string, codePoints: number) =>
  text.length <= codePoints ? text : [...text].slice(0, codePoints).join('')

/**
 * Tokenizes `text` into distinct folded words, truncated to the length of the index column, in text order.
 */
export const termsOf = (text: string): string[] => [
  ...new Set((fold(text).match(WORD) ?? []).map((word) => cut(word, MAX_TERM_CODE_POINTS))),
]

/** Returns the stored sort key of a name, so every database sorts alike. */
export const sortKeyOf = (name: string): string => cut(fold(name).trim(), MAX_SORT_KEY_CODE_POINTS).trimEnd()
