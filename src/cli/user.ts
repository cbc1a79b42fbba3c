import { loadConfig } from '../config.js'
import { parseCommand, UsageError } from '../user/arguments.js'
import { HELP } from '../user/help.js'
import { prepare } from '../user/prepare.js'
import { openShop } from '../user/shop.js'
import { carryOut } from './carry-out.js'

async function run(args: string[]): Promise<void> {
  const command = parseCommand(args)
  if (command === 'help') return console.log(HELP)
  const shop = await openShop(loadConfig(process.env))
  try {
    await carryOut(await prepare(shop, command), command.yes)
  } finally {
    await shop.close()
  }
}

/**
 * Manages accounts from the machine of the server, for an operator without a sign-in. Servers may be running. Sets the exit
 * status to 2 for invalid arguments, and to 1 if the change failed or was declined.
 */
export async function manageUsers(args: string[]): Promise<void> {
  try {
    await run(args)
  } catch (error) {
    const isUsage = error instanceof UsageError
    const hint = isUsage ? '\nstockroom user --help lists the commands.' : ''
    console.error(`Nothing was changed: ${(error as Error).message}${hint}`)
    process.exitCode = isUsage ? 2 : 1
  }
}
