/**
 * Builds dist/: `node scripts/build.mjs program` with rolldown, `… dashboard` with vite. Prints only problems.
 * (rolldown's command line prints a table of all files at every log level.)
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeReplaced } from './replaced.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

async function buildProgram() {
  const { rolldown } = await import('rolldown')
  const { default: config } = await import('../rolldown.config.mjs')
  const { output, ...input } = config
  const bundle = await rolldown({ ...input, logLevel: 'warn', cwd: root })
  const written = await bundle.write(output)
  await bundle.close()
  const names = written.output.map(({ fileName }) => fileName)
  removeReplaced(join(root, output.dir), names)
}

async function buildDashboard() {
  const { build } = await import('vite')
  await build({ root: join(root, 'src/dashboard'), logLevel: 'warn' })
}

await (process.argv[2] === 'dashboard' ? buildDashboard() : buildProgram())
