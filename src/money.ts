// Amounts are JSON numbers with two decimals in the API and integers of minor units (cents) internally. All amounts are
// below 2^53 cents, where division by 100 yields exactly the double nearest to the decimal notation.

const UNITS = 100

/** Converts an amount, validated to two decimals, to minor units. */
export const toMinor = (amount: number) => Math.round(amount * UNITS)

/** Converts minor units to an amount of the API. */
export const fromMinor = (minor: number | bigint) => Number(minor) / UNITS
