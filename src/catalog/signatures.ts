/**
 * A signature sums up the words of a name in one number: each word sets two bits of it (superimposed coding; Bloom, "Space/Time
 * Trade-offs in Hash Coding with Allowable Errors", 1970). A name that has some words has all of their bits, and one that has
 * not all of them seldom does. Signatures are kept in the database, so what is worked out here must stay the same for ever.
 */

/** So many because SQLite keeps that in six bytes, and a JavaScript number holds it. */
const BITS = 47
const LOW_BITS = 24

const FNV_OFFSET_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** FNV-1a of 32 bits, over UTF-16 and not over bytes, which would have to be made first. */
function hashOf(text: string): number {
  let hash = FNV_OFFSET_BASIS
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME)
  return hash >>> 0
}

/**
 * The signature of a name with `terms`. Of names of five words, one in 27 has the bits of a word that it doesn't have, one
 * in 700 those of two; of ten words, one in 8 and one in 67.
 */
export function signatureOf(terms: string[]): number {
  // In two parts, for JavaScript's operators on bits know 32 of them.
  let low = 0
  let high = 0
  const set = (bit: number) => {
    if (bit < LOW_BITS) low |= 1 << bit
    else high |= 1 << (bit - LOW_BITS)
  }
  for (const term of terms) {
    const hash = hashOf(term)
    const first = hash % BITS
    set(first)
    set((first + 1 + (Math.floor(hash / BITS) % (BITS - 1))) % BITS)
  }
  return high * 2 ** LOW_BITS + low
}
