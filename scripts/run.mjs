/**
 * `node scripts/run.mjs [options of setup.mjs] PROGRAM [its arguments]`: prepares the checkout, then runs a
 * TypeScript or JavaScript program in this same process. A shell line such as `setup && tsx PROGRAM` would put two
 * processes between npm and the program, neither of which forwards every signal.
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import './end-with-npm.mjs'

const [node, script, ...given] = process.argv
const at = given.findIndex((argument) => !argument.startsWith('--'))
const program = resolve(given[at])

process.argv = [node, script, ...given.slice(0, at)]
await import('./setup.mjs')
process.argv = [node, program, ...given.slice(at + 1)]
if (program.endsWith('.ts')) {
  const loader = await import('tsx/esm/api').catch(() => undefined)
  if (!loader) {
    console.error('This command needs the development dependencies: run npm ci first.')
    process.exit(1)
  }
  loader.register()
}
await import(pathToFileURL(program).href)
