import fc from 'fast-check'
import t from 'tap'
import { parseAmount, parseWhole } from '../../src/dashboard/parts/numbers.js'
import { cases } from '../helpers/effort.js'

t.test('amounts as people type them', async (t) => {
  const read: [string, number, number | undefined][] = [
    ['24.5', 2, 24.5],
    ['24,50', 2, 24.5],
    ['1,234.50', 2, 1234.5],
    ['1.234,50', 2, 1234.5],
    ["1'234.50", 2, 1234.5],
    ['1 234,50', 2, 1234.5],
    ['1\u202f234,50 \u20ac', 2, 1234.5],
    ['$24.50', 2, 24.5],
    ['24.50 usd', 2, 24.5],
    ['USD 24.50', 2, 24.5],
    ['1,234', 2, 1234],
    ['1.234', 2, 1234],
    ['1,234,567', 2, 1234567],
    ['1,234', 3, 1.234],
    ['\uff12\uff14', 2, 24],
    ['24.', 2, undefined],
    ['24.505', 2, 24505],
    ['24.5055', 2, undefined],
    ['12,34,56', 2, undefined],
    ['1.234.50', 2, undefined],
    ['24.5', 0, undefined],
    ['-3', 2, undefined],
    ['eighty', 2, undefined],
    ['', 2, undefined],
    ['.', 2, undefined],
  ]
  for (const [text, decimals, amount] of read)
    t.equal(parseAmount(text, decimals), amount, `${text} (${decimals})`)
})

t.test('every amount is read as it was written, in the ways of several countries', async (t) => {
  const cents = fc.integer({ min: 0, max: 100_000_000 })
  const locales = fc.constantFrom('en-US', 'de-DE', 'fr-FR', 'de-CH', 'es-ES', 'pl-PL')
  fc.assert(
    fc.property(cents, locales, fc.boolean(), (value, locale, withCurrency) => {
      const style = withCurrency ? { style: 'currency' as const, currency: 'EUR' } : {}
      const text = (value / 100).toLocaleString(locale, { ...style, minimumFractionDigits: 2 })
      return parseAmount(text, 2) === value / 100
    }),
    { numRuns: cases(500) },
  )
  t.pass()
})

t.test('whole numbers as people type them', async (t) => {
  const read: [string, number | undefined][] = [
    ['+20', 20],
    ['-3', -3],
    ['\u22123', -3],
    ['\u20133', -3],
    ['1,000', 1000],
    ['1.000', 1000],
    ['1 000', 1000],
    ['1,5', undefined],
    ['2.5', undefined],
    ['--3', undefined],
    ['', undefined],
  ]
  for (const [text, number] of read) t.equal(parseWhole(text), number, text)
})
