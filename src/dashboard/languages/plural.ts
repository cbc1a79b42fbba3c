import { locale } from './choice.js'

const rules = new Intl.PluralRules(locale)
const numbers = new Intl.NumberFormat(locale)

/** The forms of a text by the number in it, as the language has them. `#` stands for the number. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

/** Returns the form for `n`, with `n` in it: "1 order", "3,000 orders". */
export const plural = (n: number, forms: Forms): string =>
  (forms[rules.select(n)] ?? forms.other).replace('#', numbers.format(n))
