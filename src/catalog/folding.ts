/**
 * Letters that readers type as plain ones but that Unicode does not decompose, because a stroke, a hook or a ligature is no
 * combining mark. The Latin replacements are those of Lucene's ASCIIFoldingFilter, except ə, which Azerbaijani writers
 * replace by e; the Arabic and Persian ones are those of its ArabicNormalizer and PersianNormalizer
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
  // Tatweel only stretches a word.
  ـ: '',
}
const HAS_PLAIN = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu')

/** Soft hyphens, zero-width spaces and joiners, variation selectors and other characters that are not shown (UAX #44). */
const IGNORABLE = /\p{Default_Ignorable_Code_Point}+/gu

/**
 * Marks that a reader may leave out: the general diacritics, which are "Inherited", and the points of Cyrillic, Arabic, Hebrew
 * and Syriac. Marks of other scripts are letters: the vowel signs of Indic scripts, Thai and Khmer, say, and the voiced sound
 * marks of kana.
 */
const ACCENT =
  /(?=\p{M})(?![\u3099\u309A])[\p{sc=Inherited}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}]/gu

const VOICED_KANA = /[\p{sc=Hira}\p{sc=Kana}][\u3099\u309A]/gu

const DIGIT = /(?![0-9])\p{Nd}/gu
const IS_DIGIT = /\p{Nd}/u
const DIGITS = 10

/** The value of a decimal digit of any script: each has ten in a row, from zero (Unicode Standard, 4.6). */
function valueOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  let below = 0
  while (IS_DIGIT.test(String.fromCodePoint(code - below - 1))) below++
  return String(below % DIGITS)
}

/**
 * Folds `text` to what a search compares: compatibility forms (NFKC), case, accents, invisible characters, digits of other
 * scripts and letters such as ł are made one. docs/search.md lists the rules. Folded text folds to itself.
 *
 * Product names are stored folded: a change here needs a higher `NAME_RULES` (names.ts).
 */
export const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(IGNORABLE, '')
    .normalize('NFD')
    .replace(ACCENT, '')
    .toUpperCase() // ß and ı have an upper case that is plain
    .toLowerCase()
    .replace(HAS_PLAIN, (letter) => PLAIN[letter] ?? letter)
    .replace(DIGIT, valueOf)
    .replace(VOICED_KANA, (kana) => kana.normalize('NFC'))
