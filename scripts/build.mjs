/**
 * Builds dist/: `node scripts/build.mjs program` by rolldown, `… dashboard` by vite. It writes nothing to the terminal unless
 * something is wrong. (The command line of rolldown prints a table of all files at every log level.)
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const KEPT_MS = 7 * 86_400_000

async function buildProgram() {
  const { rolldown } = await import('rolldown')
  const { default: config } = await import('../rolldown.config.mjs')
  const { output, ...input } = config
  const bundle = await rolldown({ ...input, logLevel: 'warn', cwd: root })
  const written = await bundle.write(output)
  await bundle.close()
  removeReplaced(written.output.map(({ fileName }) => fileName))
}

/**
 * Removes the files of earlier builds, a week after they were replaced: a server that runs from them loads some of its chunks
 * late. Their names contain a hash of what is in them, so the files of two builds do not mix.
 */
function removeReplaced(current) {
  const list = join(dist, '.files')
  const previous = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []
  const now = new Date()
  for (const entry of readdirSync(dist, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.') || current.includes(entry.name)) continue
    const file = join(dist, entry.name)
    if (previous.includes(entry.name)) utimesSync(file, now, now)
    else if (now.getTime() - statSync(file).mtimeMs > KEPT_MS) rmSync(file)
  }
  writeFileSync(list, JSON.stringify(current))
}

async function buildDashboard() {
  const { build } = await import('vite')
  await build({ root: join(root, 'src/dashboard'), logLevel: 'warn' })
}

await (process.argv[2] === 'dashboard' ? buildDashboard() : buildProgram())
