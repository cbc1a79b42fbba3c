/** Stored in place of a hash: no password matches it, and a check takes as long as against any other (see checksOf). */
export const NO_PASSWORD = ''
