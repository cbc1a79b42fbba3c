// Amounts are JSON numbers with two decimals outside, and integers of minor units (cents) inside. Every amount in
// use is below 2^53 cents, where dividing by 100 gives the very number that the decimal notation means.

const UNITS = 100

/** @param amount with at most two decimals, as validated. @returns minor units. */
export const toMinor = (amount: number) => Math.round(amount * UNITS)

/** @param minor minor units. @returns the amount as clients see it. */
export const fromMinor = (minor: number | bigint) => Number(minor) / UNITS
