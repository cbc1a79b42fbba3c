/** Words found in samples and placeholders; a random secret contains one with negligible probability. */
const SAMPLE =
  /change.?(me|this|it)|your.|secret|example|placeholder|password|stockroom|openssl|insecure|sample/i
/** Far below the 256 bits of RFC 7518, 3.2, because the estimate ignores words. */
const MIN_BITS = 96

/** Estimates the Shannon entropy of `text` in bits from its character frequencies. */
function estimateBits(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length)
  return bits
}

/** Whether `text` repeats a shorter string; the last repetition may be partial. */
export function isRepetition(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period++)
    if (text.startsWith(text.slice(period))) return true
  return false
}

/** Whether most characters of `text` differ by one from their predecessor: abcdef, 987654. */
export function isSequence(text: string): boolean {
  let steps = 0
  for (let i = 1; i < text.length; i++)
    if (Math.abs(text.charCodeAt(i) - text.charCodeAt(i - 1)) === 1) steps++
  return steps > text.length / 2
}

/**
 * Returns the reason `secret` is guessable, or undefined. A guessable signing secret can be brute-forced offline from a
 * single token, which lets an attacker forge access tokens (RFC 8725, 3.5).
 */
export function weakness(secret: string): string | undefined {
  if (isRepetition(secret)) return 'repeats a shorter string'
  if (isSequence(secret)) return 'is a sequence of characters'
  if (SAMPLE.test(secret)) return 'looks like a sample or a placeholder'
  if (estimateBits(secret) < MIN_BITS) return 'has too few distinct characters'
  return undefined
}
