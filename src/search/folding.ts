/**
 * Letters commonly typed as plain ones, but not decomposed by Unicode because a stroke, a hook or a ligature
 * is not a combining mark. The Latin replacements are those of Lucene's ASCIIFoldingFilter, except ə, written
 * as e in Azerbaijani; the Arabic and Persian ones are those of its ArabicNormalizer and PersianNormalizer
 * (https://lucene.apache.org/core/9_0_0/analysis/common/).
 */
const PLAIN: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ð: 'd',
  đ: 'd',
  ɖ: 'd',
  ɗ: 'd',
  ø: 'o',
  ɔ: 'o',
  ł: 'l',
  ƚ: 'l',
  ħ: 'h',
  ŧ: 't',
  ŋ: 'n',
  ĸ: 'q',
  ı: 'i',
  ɨ: 'i',
  ɛ: 'e',
  ə: 'e',
  ƀ: 'b',
  ɓ: 'b',
  ƒ: 'f',
  ƙ: 'k',
  ƴ: 'y',
  ƶ: 'z',
  ς: 'σ',
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ے: 'ي',
  ک: 'ك',
  ة: 'ه',
  ہ: 'ه',
  // Tatweel only elongates a word.
  ـ: '',
}
const HAS_PLAIN = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu')

/**
 * Soft hyphens, zero-width spaces and joiners, variation selectors and other invisible characters (UAX #44).
 */
const IGNORABLE = /\p{Default_Ignorable_Code_Point}+/gu

/**
 * Optional marks: the general diacritics, which are "Inherited", and the points of Cyrillic, Arabic, Hebrew
 * and Syriac. Marks of other scripts are letters: vowel signs of Indic scripts, Thai and Khmer, and the
 * voiced sound marks of kana.
 */
const ACCENT =
  /(?=\p{M})(?![\u3099\u309A])[\p{sc=Inherited}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}]/gu

const VOICED_KANA = /[\p{sc=Hira}\p{sc=Kana}][\u3099\u309A]/gu

const DIGIT = /(?![0-9])\p{Nd}/gu
const IS_DIGIT = /\p{Nd}/u
const DIGITS = 10

/**
 * Returns the value of a decimal digit of any script: each script has ten in a row, from zero (Unicode
 * Standard, 4.6).
 */
function valueOfDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  let below = 0
  while (IS_DIGIT.test(String.fromCodePoint(code - below - 1))) below++
  return String(below % DIGITS)
}

/**
 * Folds `text` to the form searches compare. Removes differences of compatibility forms (NFKC), case,
 * accents, invisible characters, digits of other scripts and letters such as ł; docs/search.md lists the
 * rules. Folding is idempotent.
 *
 * Product names are stored folded: after a change here, increase `NAME_RULES` (tokenize.ts).
 */
export const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(IGNORABLE, '')
    .normalize('NFD')
    .replace(ACCENT, '')
    .toUpperCase() // ß and ı have plain upper-case forms
    .toLowerCase()
    .replace(HAS_PLAIN, (letter) => PLAIN[letter] ?? letter)
    .replace(DIGIT, valueOfDigit)
    .replace(VOICED_KANA, (kana) => kana.normalize('NFC'))
