/** Most decimals of a currency: with more, the highest price would not fit the 32 bits of its column. */
export const MAX_DECIMALS = 3

/**
 * The currency of a shop. Amounts are JSON numbers in its major unit in the API, with at most `decimals` decimals, and
 * integers of its minor unit internally. All amounts are below 2^53 minor units, where division by a power of ten yields
 * exactly the double nearest to the decimal notation.
 */
export interface Money {
  /** ISO 4217. */
  readonly currency: string
  readonly decimals: number
  /** The smallest amount, for `multipleOf`. */
  readonly step: number
  /** Converts an amount, validated to `decimals` decimals, to minor units. */
  toMinor(amount: number): number
  /** Converts minor units to an amount of the API. */
  fromMinor(minor: number | bigint): number
}

// The currencies whose minor unit is not a hundredth, by ISO 4217 (list one). Intl.NumberFormat goes by CLDR, which has the
// digits in everyday use instead: none for HUF and IDR, for example, and other ones in another release.
const OTHER_DECIMALS: readonly [decimals: number, currencies: string][] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
]

/** Returns the decimals of a currency: the digits of its minor unit in ISO 4217. */
export const decimalsOf = (currency: string): number =>
  OTHER_DECIMALS.find(([, currencies]) => currencies.split(' ').includes(currency))?.[0] ?? 2

/** Returns the conversions for a currency (ISO 4217). */
export function createMoney(currency: string, decimals = decimalsOf(currency)): Money {
  const units = 10 ** decimals
  return {
    currency,
    decimals,
    step: 1 / units,
    toMinor: (amount) => Math.round(amount * units),
    fromMinor: (minor) => Number(minor) / units,
  }
}
