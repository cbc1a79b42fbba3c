import { type Command, Option } from 'commander'
import { databaseUrl } from './values.js'

/** Adds the commands for copies of a shop's data. */
export function addDatabaseCommands(program: Command): void {
  program
    .command('backup')
    .description('back up a SQLite database, also while servers use it, and check the backup')
    .argument(
      '[file]',
      'the file to write, or a folder, where it is named after the time (default: backups/)',
    )
    .option('--force', 'replace the file')
    .addHelpText(
      'after',
      '\nExamples:\n  $ stockroom backup\n  $ stockroom backup backups/before-the-sale.db',
    )
    .action(async (file, options) => (await import('./backup.js')).makeBackup(file, options))

  program
    .command('restore')
    .description('replace the database by a backup; stop the server first')
    .argument('<file>', 'the backup')
    .option('--keep-sessions', 'keep users signed in')
    .option('--force', 'replace a database that cannot be read')
    .addHelpText('after', '\nExample:\n  $ stockroom restore backups/before-the-sale.db')
    .action(async (file, options) => (await import('./restore.js')).restoreBackup(file, options))

  program
    .command('copy')
    .description('copy a shop into an empty database of another kind; stop the server first')
    .requiredOption('--from <url>', 'the database to read', databaseUrl)
    .requiredOption('--to <url>', 'the empty database, or one with an interrupted copy', databaseUrl)
    .addHelpText(
      'after',
      '\nExample:\n  $ stockroom copy --from file:./data/stockroom.db --to mysql://user:password@host/shop',
    )
    .action(async (options) => (await import('./copy.js')).copyDatabase(options))

  program
    .command('new-epoch')
    .description('give the event log a new epoch, after a restore by other means than "stockroom restore"')
    .option('--keep-sessions', 'keep users signed in')
    .addHelpText('after', '\nExample:\n  $ mariadb shop < backups/shop.sql && stockroom new-epoch')
    .action(async (options) => (await import('./new-epoch.js')).startNewEpoch(options))

  program
    .command('import')
    .description('add and change products by a CSV or NDJSON file, also while servers run')
    .argument('<file>', 'the file, or - for standard input')
    .addOption(
      new Option('--format <format>', 'of the file; by default by its ending').choices(['csv', 'ndjson']),
    )
    .option('--dry-run', 'check and count only')
    .option('--as <email>', 'the admin who the books name (default: the first)')
    .addHelpText('after', '\nExample:\n  $ stockroom import products.csv --dry-run')
    .action(async (file, options) => (await import('./import.js')).importFile(file, options))

  program
    .command('export')
    .description('write all products or orders as CSV or NDJSON, also while servers run')
    .addArgument(program.createArgument('<what>', 'what to write').choices(['products', 'orders']))
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'ndjson']).default('csv'))
    .option('--out <file>', 'the new file to write (default: standard output)')
    .addHelpText('after', '\nExample:\n  $ stockroom export orders --format ndjson --out orders.ndjson')
    .action(async (what, options) => (await import('./export.js')).exportRows(what, options))
}
