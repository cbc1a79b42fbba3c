/**
 * A signature is a Bloom filter of the words of a name: each word sets two bits (superimposed coding; Bloom,
 * "Space/Time Trade-offs in Hash Coding with Allowable Errors", 1970). A name with all the given words has
 * all their bits; other names rarely do. Signatures are stored, so this algorithm must never change without a
 * new `NAME_RULES`.
 */

/** Fits SQLite's six-byte integers and a JavaScript number. */
const BITS = 47
const LOW_BITS = 24

const FNV_OFFSET_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** 32-bit FNV-1a over UTF-16 code units, which avoids encoding to bytes first. */
function hashOf(text: string): number {
  let hash = FNV_OFFSET_BASIS
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME)
  return hash >>> 0
}

/**
 * Returns the signature of a name with `terms`. For names of five words, the false-positive rate is 1 in 27
 * for one word and 1 in 700 for two; for ten words, 1 in 8 and 1 in 67.
 */
export function signatureOf(terms: string[]): number {
  // Two halves, because JavaScript's bitwise operators are limited to 32 bits.
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
