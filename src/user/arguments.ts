import { type ParseArgsConfig, parseArgs } from 'node:util'
import { normalEmail } from '../accounts/user.js'
import { type Role, roles } from '../contract/user.js'
import { fitsEmail, fitsName } from './fields.js'
import { isInteractive } from './terminal.js'

/** Invalid arguments. The message completes a sentence. */
export class UsageError extends Error {
  override name = 'UsageError'
}

const FLAG = { type: 'boolean' } as const
const TEXT = { type: 'string' } as const
const PASSWORD = { generate: FLAG, 'password-stdin': FLAG }

/** The options of each command. */
const COMMANDS = {
  create: { name: TEXT, role: TEXT, yes: FLAG, ...PASSWORD },
  promote: { role: TEXT, enable: FLAG, yes: FLAG },
  'reset-password': { yes: FLAG, ...PASSWORD },
  'reset-mfa': { yes: FLAG },
  unlock: { yes: FLAG },
  list: { q: TEXT, role: TEXT, disabled: FLAG, limit: TEXT },
} satisfies Record<string, ParseArgsConfig['options']>

const MAX_LIMIT = 10_000

/** A command with its options. */
export interface Command {
  name: keyof typeof COMMANDS
  /** Normalized. Empty for `list`, which takes none. */
  email: string
  /** The name of the person. */
  person: string | undefined
  role: Role | undefined
  enable: boolean
  disabled: boolean
  q: string | undefined
  limit: number
  /** Where a new password comes from. */
  passwordFrom: 'terminal' | 'stdin' | 'generator'
  /** Whether to act without asking. */
  yes: boolean
}

type Values = Record<string, string | boolean | undefined>

const isCommand = (name: string): name is Command['name'] => Object.hasOwn(COMMANDS, name)

function valuesOf(name: Command['name'], args: string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args, options: COMMANDS[name], allowPositionals: true }) as never
  } catch (error) {
    // Only the first sentence is about the argument; the others tell how to pass one with a leading dash.
    throw new UsageError(`${(error as Error).message.split('. ', 1)[0]}.`)
  }
}

function roleOf(text: Values[string]): Role | undefined {
  const role = roles.find((each) => each === text)
  if (text !== undefined && role === undefined) throw new UsageError(`--role is one of ${roles.join(', ')}.`)
  return role
}

function limitOf(text: Values[string] = '100'): number {
  const limit = /^\d{1,5}$/.test(String(text)) ? Number(text) : 0
  if (limit < 1 || limit > MAX_LIMIT) throw new UsageError(`--limit is a number from 1 to ${MAX_LIMIT}.`)
  return limit
}

function passwordSourceOf({ generate, 'password-stdin': stdin, yes }: Values): Command['passwordFrom'] {
  if (generate && stdin) throw new UsageError('--generate and --password-stdin exclude each other.')
  if (generate) return 'generator'
  if (!stdin) return 'terminal'
  if (!yes) throw new UsageError('--password-stdin takes --yes too: the answer cannot be read from there.')
  return 'stdin'
}

/** Refuses questions without anybody to answer. */
function refuseUnanswerable({ name, yes, passwordFrom }: Command): void {
  if (name === 'list' || isInteractive()) return
  if (!yes) throw new UsageError('there is no terminal to ask at: add --yes.')
  if ('generate' in COMMANDS[name] && passwordFrom === 'terminal')
    throw new UsageError(
      'there is no terminal to ask for the password at: add --generate or --password-stdin.',
    )
}

/**
 * Parses the arguments of the command line.
 * @throws UsageError
 */
export function parseCommand([name = '', ...args]: string[]): Command | 'help' {
  if (['--help', '-h', 'help'].includes(name) || args.includes('--help')) return 'help'
  if (!isCommand(name))
    throw new UsageError(
      name === ''
        ? 'a command is required.'
        : `"${name}" is no command. Commands are ${Object.keys(COMMANDS).join(', ')}.`,
    )
  const { values, positionals } = valuesOf(name, args)
  const [email = '', ...rest] = positionals.map(normalEmail)
  const expected = name === 'list' ? 0 : 1
  if (positionals.length !== expected || rest.length > 0)
    throw new UsageError(expected === 0 ? 'list takes options alone.' : `${name} takes one email address.`)
  if (expected > 0 && !fitsEmail(email)) throw new UsageError(`"${email}" is no email address.`)
  const person = values.name === undefined ? undefined : String(values.name)
  if (person !== undefined && !fitsName(person))
    throw new UsageError('--name is a text of 1 to 100 characters in one line.')
  const command: Command = {
    name,
    email,
    person,
    role: roleOf(values.role),
    enable: values.enable === true,
    disabled: values.disabled === true,
    q: values.q === undefined ? undefined : String(values.q),
    limit: limitOf(values.limit),
    passwordFrom: passwordSourceOf(values),
    yes: values.yes === true,
  }
  refuseUnanswerable(command)
  return command
}
