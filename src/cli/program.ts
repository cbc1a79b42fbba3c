import { Command, CommanderError } from 'commander'
import { VERSION } from '../version.js'
import { addDatabaseCommands } from './database-commands.js'
import { addInspectionCommands } from './inspection-commands.js'
import { addPeopleCommands } from './people-commands.js'
import { addServingCommands } from './serving-commands.js'

const INVALID_ARGUMENTS = 2

const NOTES = `
Settings are environment variables, or lines of a file .env in the working folder; "stockroom config" lists them.
Exit status: 0 when done, 1 when a command failed or found a fault, 2 for invalid arguments.

Examples:
  $ stockroom start                          serve, on http://localhost:3000 unless set otherwise
  $ stockroom doctor                         find what is wrong with an installation, and what to do
  $ stockroom user create ada@shop.example --role admin
  $ stockroom backup backups/monday.db       of a SQLite database, also while it is in use`

/**
 * Creates the parser. Each command loads its code when it runs: help and errors are immediate, and no command needs the
 * dependencies of another.
 */
export function createProgram(): Command {
  const program = new Command('stockroom')
    .description('An order and inventory backend with live events')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'describe a command')
    .helpCommand('help [command]', 'describe a command')
    .addHelpText('after', NOTES)
    .showHelpAfterError('("stockroom help" lists the commands, "stockroom COMMAND --help" their options)')
    .enablePositionalOptions()
  // Commands copy these settings when they are added.
  program.exitOverride()
  addServingCommands(program)
  addDatabaseCommands(program)
  addPeopleCommands(program)
  addInspectionCommands(program)
  return program
}

/** Runs a command with its arguments, and sets the exit status. */
export async function runCommand(args: string[]): Promise<void> {
  try {
    await createProgram().parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Printing help or the version is no error, except where a command is missing.
    const asked = ['commander.helpDisplayed', 'commander.version'].includes(error.code)
    process.exitCode =
      asked || (error.code === 'commander.help' && error.exitCode === 0) ? 0 : INVALID_ARGUMENTS
  }
}
