import type { Command } from 'commander'
import { wholeNumber } from './values.js'

const MAX_SEED = 1_000_000

/** Adds the commands to serve a shop or fill it for a trial. */
export function addServingCommands(program: Command): void {
  program
    .command('start')
    .description('migrate the database and serve, until SIGTERM or Ctrl-C')
    .addHelpText('after', '\nExample:\n  $ PORT=4000 LOG_PRETTY=true stockroom start')
    .action(async () => {
      await import('../server.js')
    })

  program
    .command('demo')
    .description('serve a throw-away shop with simulated customers, and print a link to its dashboard')
    .action(async () => {
      await import('../../demo/run.js')
    })

  program
    .command('seed')
    .description('add demo products, 200 unless given, and orders to the database')
    .option('--products <number>', 'how many products to add', wholeNumber(1, MAX_SEED))
    .option('--orders <number>', 'how many orders to add, of one customer', wholeNumber(0, MAX_SEED))
    .addHelpText('after', '\nExample:\n  $ stockroom seed --products 10000 --orders 1000')
    .action(async (options) => (await import('../../prisma/seed.js')).seed(options))

  program
    .command('migrate')
    .description('apply pending migrations without serving')
    .action(async () => (await import('./migrate.js')).migrateShop())
}
