/** Letters that samples and placeholders contain, and a random secret does not by any realistic chance. */
const SAMPLE =
  /change.?(me|this|it)|your.|secret|example|placeholder|password|stockroom|openssl|insecure|sample/i
/** Far below the 256 bits that RFC 7518, 3.2 asks for, because the estimate knows nothing of words. */
const LEAST_BITS = 96

/** The entropy of `text` in bits, estimated from how often each of its characters occurs. */
function estimateBits(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length)
  return bits
}

/** Whether `text` is a shorter text over and over, the last time perhaps in part. */
function isRepetition(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period++)
    if (text.startsWith(text.slice(period))) return true
  return false
}

/** Whether most characters of `text` are the one before plus or minus one: abcdef, 987654. */
function isSequence(text: string): boolean {
  let steps = 0
  for (let i = 1; i < text.length; i++)
    if (Math.abs(text.charCodeAt(i) - text.charCodeAt(i - 1)) === 1) steps++
  return steps > text.length / 2
}

/**
 * Why somebody could guess `secret`, or undefined. Access tokens can be forged by anyone who guesses the secret that signs
 * them, offline and from a single token (RFC 8725, 3.5).
 */
export function weakness(secret: string): string | undefined {
  if (isRepetition(secret)) return 'repeats a shorter text'
  if (isSequence(secret)) return 'is a sequence of characters'
  if (SAMPLE.test(secret)) return 'looks like a sample or a placeholder'
  if (estimateBits(secret) < LEAST_BITS) return 'has too few different characters'
  return undefined
}
