import { fold } from './folding.js'

/**
 * The version of the rules in this file, folding.ts and signatures.ts. Whoever changes what they make of a name increases it:
 * then products that were written by older rules are indexed again (reindex-names.ts).
 */
export const NAME_RULES = 2

const TERM_CODE_POINTS = 64
const SORT_KEY_CODE_POINTS = 200

/**
 * A word is a run of letters and digits, with the marks that belong to them. Han script is written without spaces, so there
 * each character is a word of its own (as in UAX #29, which gives no other boundaries for it without a dictionary).
 */
const WORD = /(?=[\p{L}\p{N}])\p{sc=Han}|(?:(?!\p{sc=Han})[\p{L}\p{N}]\p{M}*)+/gu

const cut = (text: string, codePoints: number) =>
  text.length <= codePoints ? text : [...text].slice(0, codePoints).join('')

/** The distinct words of `text`, folded and cut to what the search index holds, in the order of the text. */
export const termsOf = (text: string): string[] => [
  ...new Set((fold(text).match(WORD) ?? []).map((word) => cut(word, TERM_CODE_POINTS))),
]

/** What products are sorted by in place of their name, so that every database sorts alike. */
export const sortKeyOf = (name: string): string => cut(fold(name).trim(), SORT_KEY_CODE_POINTS).trimEnd()
