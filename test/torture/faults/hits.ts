/** Counts the hits among `outcomes`. */
export const hits = (...outcomes: boolean[]): number => outcomes.filter(Boolean).length
