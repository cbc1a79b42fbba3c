const TERM_CODE_POINTS = 64
const SORT_KEY_CODE_POINTS = 200

/**
 * A word is a run of letters and digits. Han script is written without spaces, so there each character is a word
 * of its own (as in UAX #29, which gives no other boundaries for it without a dictionary).
 */
const WORD = /(?=[\p{L}\p{N}])\p{sc=Han}|(?:(?!\p{sc=Han})[\p{L}\p{N}])+/gu

const cut = (text: string, codePoints: number) =>
  text.length <= codePoints ? text : [...text].slice(0, codePoints).join('')

/**
 * `text` without what should make no difference to a reader: compatibility forms (NFKC), case, and marks such as
 * accents. Lower-casing the upper case folds ß with ss, and ı with i; σ has two lower cases.
 */
export const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')

/** The distinct words of `text`, folded and cut to what the search index holds, in the order of the text. */
export const termsOf = (text: string): string[] => [
  ...new Set((fold(text).match(WORD) ?? []).map((word) => cut(word, TERM_CODE_POINTS))),
]

/** What products are sorted by in place of their name, so that every database sorts alike. */
export const sortKeyOf = (name: string): string => cut(fold(name).trim(), SORT_KEY_CODE_POINTS)
