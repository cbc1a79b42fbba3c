#!/usr/bin/env node
/**
 * The command line: `npx stockroom COMMAND` from the package, `npm run stockroom -- COMMAND` in a checkout. Exits with 2 for
 * invalid arguments, and with 1 if a command failed or found a fault.
 */
import { runCommand } from './cli/program.js'

await runCommand(process.argv.slice(2))
