import { isRepetition, isSequence } from '../access-tokens/weak-secret.js'
import { isLeaked } from './common-passwords.js'

const MIN_CHARACTERS = 8
const MAX_CHARACTERS = 128
/** Repetitions of at least this length are not considered common. */
const LONG_CHARACTERS = 16

/** Invisible characters: white space, controls, and letters without a shape, such as Hangul fillers. */
const BLANK = /^[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u

/** Whether lower-case `text` is a leaked password, or a sequence or short repetition missing from that list. */
const isCommon = (text: string) =>
  isLeaked(text) || isSequence(text) || (text.length < LONG_CHARACTERS && isRepetition(text))

/**
 * Returns the fault of a new password, or undefined: its length in code points, a NUL, only blanks, or being too common.
 * There are no composition rules (NIST SP 800-63B-4, 3.1.1.2).
 */
export function passwordFault(password: string): string | undefined {
  const { length } = [...password]
  if (length < MIN_CHARACTERS) return `must have at least ${MIN_CHARACTERS} characters`
  if (length > MAX_CHARACTERS) return `must have at most ${MAX_CHARACTERS} characters`
  if (password.includes('\0')) return 'must not contain a NUL character'
  if (BLANK.test(password)) return 'must not consist only of blanks'
  // Blanks around a common password, or wide letters instead of its own, are the first variations tried.
  if (isCommon(password.normalize('NFKC').trim().toLowerCase()))
    return 'must not be a common password, a sequence or a repetition'
  return undefined
}
