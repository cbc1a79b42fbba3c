import { type Command, Option } from 'commander'
import { scopes } from '../contract/api-key.js'
import { wholeNumber } from './values.js'

const MAX_OVERLAP_SECONDS = 604_800

/** Adds the commands about accounts and API keys. */
export function addPeopleCommands(program: Command): void {
  program
    .command('user')
    .description('create, promote, unlock and list accounts: "stockroom user --help"')
    .argument('[arguments...]')
    // It parses its own arguments: they may be secret, and are not to be repeated in messages.
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args) => (await import('./user.js')).manageUsers(args))

  const key = program.command('key').description('create, list, rotate and revoke API keys')
  const yes = () => new Option('--yes', 'do it without asking')

  key
    .command('create')
    .description('create a key of an admin, and print it once')
    .argument('<name>', 'what it is for')
    .addOption(new Option('--scopes <scopes...>', 'what it may do').choices(scopes).makeOptionMandatory())
    .requiredOption('--owner <email>', 'the admin whose key it is')
    .option('--expires <time>', 'when it expires (ISO 8601)')
    .addOption(yes())
    .addHelpText(
      'after',
      '\nExample:\n  $ stockroom key create Warehouse --scopes orders:read orders:write --owner boss@shop.example',
    )
    .action(async (name, options) => (await import('./key.js')).createKey(name, options))

  key
    .command('list')
    .description('list the keys in force')
    .action(async () => (await import('./key.js')).listKeys())

  key
    .command('rotate')
    .description('replace the secret of a key, and print it once')
    .argument('<id>', 'as "key list" shows it')
    .option(
      '--overlap <seconds>',
      'how long the previous secret stays valid',
      wholeNumber(0, MAX_OVERLAP_SECONDS),
      0,
    )
    .addOption(yes())
    .addHelpText('after', '\nExample:\n  $ stockroom key rotate KEY-ID --overlap 3600')
    .action(async (id, options) => (await import('./key.js')).rotateKey(id, options))

  key
    .command('revoke')
    .description('end a key')
    .argument('<id>', 'as "key list" shows it')
    .addOption(yes())
    .addHelpText('after', '\nExample:\n  $ stockroom key revoke KEY-ID')
    .action(async (id, options) => (await import('./key.js')).revokeKey(id, options))
}
