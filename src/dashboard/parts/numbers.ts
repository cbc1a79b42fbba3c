// This file is unit-tested in Node.

/** Signs and spaces of other keyboards, and of texts pasted from elsewhere. */
const clean = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\u2212\u2012-\u2014]/g, '-')
    .replace(/[\s'\u2019_]/g, '')

const GROUPED = /^\d{1,3}([.,])\d{3}(\1\d{3})*$/
const withoutGroups = (text: string): string => text.replace(/[.,]/g, '')

/**
 * Reads an amount as people type it: `24.5`, `24,50`, `1,234.50`, `1.234,50`, `$24.50`, `24 EUR`. A single separator
 * before three digits groups thousands, unless amounts have three decimals.
 * @param decimals most digits after the decimal separator
 * @returns undefined for anything else, and where the decimals are too many
 */
export function parseAmount(text: string, decimals: number): number | undefined {
  const bare = clean(text).replace(/^(\p{Sc}|[A-Z]{3})?(.*?)(\p{Sc}|[A-Z]{3})?$/iu, '$2')
  if (!/^[\d.,]+$/.test(bare)) return undefined
  const mark = Math.max(bare.lastIndexOf('.'), bare.lastIndexOf(','))
  const [whole, rest] = mark < 0 ? [bare, ''] : [bare.slice(0, mark), bare.slice(mark + 1)]
  const isDecimal = rest.length <= decimals && /^\d*$/.test(rest) && (mark < 0 || rest.length > 0)
  const wholes = GROUPED.test(whole) ? withoutGroups(whole) : whole
  // The separator of groups can't be that of decimals too.
  const isMixed = mark >= 0 && whole.includes(bare[mark] ?? '')
  if (isDecimal && !isMixed && /^\d{1,9}$/.test(wholes)) return Number(`${wholes}.${rest || 0}`)
  return GROUPED.test(bare) ? Number(withoutGroups(bare)) : undefined
}

/** Reads a whole number as people type it: `20`, `+20`, `\u22123`, `1,000`. @returns undefined for anything else */
export function parseWhole(text: string): number | undefined {
  const [, sign, digits = ''] = /^([+-]?)([\d.,]+)$/.exec(clean(text)) ?? []
  const plain = GROUPED.test(digits) ? withoutGroups(digits) : digits
  return /^\d{1,10}$/.test(plain) ? Number(`${sign}${plain}`) : undefined
}
