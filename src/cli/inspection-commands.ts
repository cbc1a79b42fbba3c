import type { Command } from 'commander'

/** Adds the read-only commands. */
export function addInspectionCommands(program: Command): void {
  program
    .command('config')
    .description('print the settings in force and where each comes from, with secrets hidden')
    .option('--json', 'print JSON')
    .option('--changed', 'leave out defaults')
    .addHelpText('after', '\nExample:\n  $ stockroom config --changed')
    .action(async (options) => (await import('./config.js')).printConfig(options))

  program
    .command('verify')
    .description('check the data of a shop: books, log, ledgers, indexes; also while servers run')
    .addHelpText(
      'after',
      '\nExit status: 0 if everything agrees, 1 if not.\n\nExample:\n  $ DATABASE_URL=file:./backups/monday.db stockroom verify',
    )
    .action(async () => (await import('./verify.js')).verify())

  program
    .command('doctor')
    .description('look for what keeps this installation from working well, and say what to do')
    .option(
      '--url <url>',
      'where clients reach the server, to check the proxies between (default: PUBLIC_URL)',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ stockroom doctor --url https://shop.example')
    .action(async (options) => (await import('./doctor.js')).examine(options))
}
