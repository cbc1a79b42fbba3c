import { type OwnWords, ownWordsFault } from '../accounts/passwords/own-words.js'
import { passwordFault } from '../accounts/passwords/password-rules.js'
import { readablePassword } from '../accounts/passwords/readable-password.js'
import type { Command } from './arguments.js'
import { askHidden } from './terminal.js'

/** A longer first line is no password. */
const MAX_CHARACTERS = 4_096
const ATTEMPTS = 3

/** A password, and whether the operator knows it already. */
export interface NewPassword {
  password: string
  isKnown: boolean
}

async function firstLineOfInput(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk
    if (text.includes('\n') || text.length > MAX_CHARACTERS) break
  }
  return (text.split('\n', 1)[0] ?? '').replace(/\r$/, '')
}

/** Asks twice for a valid password. */
async function askForPassword(faultOf: (password: string) => string | undefined): Promise<string> {
  for (let left = ATTEMPTS; left > 0; left--) {
    const password = await askHidden('New password: ')
    const fault = faultOf(password)
    if (fault) console.error(`The password ${fault}.`)
    else if ((await askHidden('Once more: ')) === password) return password
    else console.error('These are two passwords.')
  }
  throw new Error('no password was chosen.')
}

/**
 * Returns a new password from where the command says.
 * @param own of the user: no password may consist of these words
 * @throws Error for a password against the rules
 */
export async function newPassword(from: Command['passwordFrom'], own: OwnWords): Promise<NewPassword> {
  if (from === 'generator') return { password: readablePassword(), isKnown: false }
  const faultOf = (password: string) => passwordFault(password) ?? ownWordsFault(password, own)
  if (from === 'terminal') return { password: await askForPassword(faultOf), isKnown: true }
  const password = await firstLineOfInput()
  const fault = faultOf(password)
  if (fault) throw new Error(`the password ${fault}.`)
  return { password, isKnown: true }
}

/** Returns the line with a generated password, shown once. */
export const tellPassword = ({ password, isKnown }: NewPassword): string =>
  isKnown ? '' : `\nThe password is ${password}\nIt is not shown again.`
