/**
 * `npm run user -- COMMAND` manages accounts from the machine of the server, for an operator who cannot sign in. Servers may
 * be running. Exits with 2 for invalid arguments, and with 1 if nothing was changed.
 */
import { loadConfig } from './config.js'
import { parseCommand, UsageError } from './user/arguments.js'
import { HELP } from './user/help.js'
import { prepare } from './user/prepare.js'
import { openShop } from './user/shop.js'
import { confirm } from './user/terminal.js'

async function run(args: string[]): Promise<void> {
  const command = parseCommand(args)
  if (command === 'help') return console.log(HELP)
  const shop = await openShop(loadConfig(process.env))
  try {
    const { plan, act } = await prepare(shop, command)
    if (plan !== undefined && !command.yes && !(await confirm(plan))) throw new Error('it was not confirmed.')
    console.log(await act())
  } finally {
    await shop.close()
  }
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  const isUsage = error instanceof UsageError
  const hint = isUsage ? '\nnpm run user -- --help lists the commands.' : ''
  console.error(`Nothing was changed: ${(error as Error).message}${hint}`)
  process.exitCode = isUsage ? 2 : 1
}
