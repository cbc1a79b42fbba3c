import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { createProgram } from '../../src/cli/program.js'
import { VERSION } from '../../src/version.js'
import { program, stockroom } from '../helpers/command.js'
import { read } from '../helpers/pages.js'

const commands = createProgram().commands

t.test('help lists every command, and each command describes itself', async (t) => {
  t.testdir()
  const help = await stockroom(t, ['--help'])
  t.match(help, { code: 0, errors: '', output: /^Usage: stockroom / })
  t.match(help.output, /Examples:/)
  for (const command of commands) {
    t.match(help.output, new RegExp(`^ {2}${command.name()} `, 'm'))
    t.ok(command.description().length > 10, command.name())
  }
  t.match(await stockroom(t, ['help', 'backup']), { code: 0, output: /--force/ })
  t.match(await stockroom(t, ['key', 'create', '--help']), { code: 0, output: /--scopes/ })
  t.match(await stockroom(t, ['user', '--help']), { code: 0, output: /^Usage: stockroom user COMMAND/ })
  t.match(await stockroom(t, ['--version']), { code: 0, output: `${VERSION}\n` })
})

t.test('every command that takes arguments or options shows an example', async (t) => {
  t.testdir()
  const leaves = commands.flatMap((command) => (command.commands.length > 0 ? command.commands : [command]))
  for (const command of leaves.filter((one) => one.options.length + one.registeredArguments.length > 0)) {
    if (command.name() === 'user') continue // it prints its own help
    let text = ''
    command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp()
    t.match(text, /^Examples?:\n {2}\$ /m, command.name())
  }
  t.match(await stockroom(t, ['user', '--help']), { output: /^Examples:\n/m })
})

t.test('invalid arguments are refused with exit code 2, and nothing is done', async (t) => {
  t.testdir()
  for (const [args, message] of [
    [[], /Usage: stockroom/],
    [['strat'], /unknown command 'strat'\n\(Did you mean start\?\)/],
    [['restore'], /missing required argument 'file'/],
    [['backup', '--forse'], /unknown option '--forse'\n\(Did you mean --force\?\)/],
    [['backup', 'a.db', 'b.db'], /too many arguments/],
    [['seed', '--products', '1e3'], /It is a number from 1 to 1000000/],
    [['copy', '--from', 'shop.db', '--to', 'file:b.db'], /It is a URL like/],
    [['export', 'users'], /Allowed choices are products, orders/],
    [['import', 'x.csv', '--format', 'xml'], /Allowed choices are csv, ndjson/],
    [['key', 'create', 'Warehouse', '--owner', 'a@shop.test', '--scopes', 'all'], /Allowed choices are/],
    [['key', 'rotate', 'x', '--overlap', '-1'], /It is a number/],
    [['key'], /Usage: stockroom key/],
  ] as const)
    t.match(await stockroom(t, [...args]), { code: 2, output: '', errors: message }, args.join(' '))
})

t.test('help and errors load no command: the code of each is read when it runs', async (t) => {
  const loaded = new Set<string>()
  const visit = (file: string) => {
    if (loaded.has(file)) return
    loaded.add(file)
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) .*?["'](\.\/[^"']+)["'];?$/gm,
    ))
      visit(join(dirname(file), name))
  }
  visit(program)
  const bytes = [...loaded].reduce((sum, file) => sum + readFileSync(file).length, 0)
  t.ok(loaded.size > 1)
  t.ok(bytes < 300_000, `${bytes} bytes in ${[...loaded].map((file) => file.split(/[\\/]/).at(-1))}`)
})

t.test('docs/command-line.md describes every command', async (t) => {
  const page = read('docs/command-line.md')
  const described = [...page.matchAll(/^\| `([\w-]+)/gm)].map(([, name]) => name)
  t.same([...new Set(described)].toSorted(), commands.map((command) => command.name()).toSorted())
})
