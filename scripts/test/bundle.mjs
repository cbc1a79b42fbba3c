/**
 * Bundles the tests with the sources they import. A bundled test file starts in a fifth of the CPU time of a
 * TypeScript loader, which recompiles each file in each process, and needs no hook per module.
 */
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const parent = join(root, '.tap')
const PREFIX = 'bundle-'
const RETENTION_MS = 6 * 3_600_000

/** Lists the test files below `test/`, sorted, by path from the root of the checkout. */
export const testFiles = () =>
  readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.test.ts'))
    .sort()

/** Hashes the inputs of the bundle and their location. */
function digest() {
  const hash = createHash('sha256').update(root)
  for (const folder of ['src', 'test', 'bench', 'demo', 'prisma', 'scripts'])
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort())
      if (/\.[cm]?[jt]s$/.test(name)) hash.update(name).update(readFileSync(join(root, folder, name)))
  for (const name of ['package.json', 'package-lock.json', 'rolldown.config.mjs'])
    hash.update(readFileSync(join(root, name)))
  return hash.digest('hex').slice(0, 8)
}

/** Makes a module resolve relative paths from its source location. */
const keepPlaces = {
  name: 'keep-places',
  transform: {
    filter: { id: { exclude: /node_modules/ }, code: 'import.meta.url' },
    handler: (code, id) => ({
      code: code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)),
      map: null, // no line moves
    }),
  },
}

/** Lets several test files run in one process, each with a root test of its own. */
const ownRootTests = {
  name: 'own-root-tests',
  resolveId: {
    filter: { id: /^tap$/ },
    handler: () => ({ id: fileURLToPath(new URL('./root-test.mjs', import.meta.url)), external: true }),
  },
}

/** Returns rolldown's input options for bundling `files`, tests by path from the root of the checkout. */
export async function bundleInput(files) {
  const { default: config } = await import('../../rolldown.config.mjs')
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {
    ...config,
    cwd: root,
    logLevel: 'warn',
    input: Object.fromEntries(files.map((name) => [name.replace(/^test\/(.*)\.ts$/, '$1'), name])),
    external: [
      ...config.external,
      ...Object.keys(devDependencies)
        .filter((name) => name !== 'tap')
        .map((name) => new RegExp(`^${name}(/|$)`)),
    ],
    plugins: [ownRootTests, ...config.plugins, keepPlaces],
  }
}

async function write(folder) {
  const { rolldown } = await import('rolldown')
  const { output, ...input } = await bundleInput(testFiles())
  const bundle = await rolldown(input)
  await bundle.write({ ...output, dir: folder, entryFileNames: '[name].js' })
  await bundle.close()
}

/**
 * Builds the bundle unless one exists for the current files. Safe to run concurrently.
 * @returns its folder, where `test/a/b.test.ts` is `a/b.test.js`.
 */
export async function bundleTests() {
  const folder = join(parent, PREFIX + digest())
  if (existsSync(folder)) {
    utimesSync(folder, new Date(), new Date())
    return folder
  }
  console.error('setup: bundling the tests')
  mkdirSync(parent, { recursive: true })
  const draft = mkdtempSync(join(parent, 'draft-'))
  await write(draft)
  try {
    renameSync(draft, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error // built meanwhile by a concurrent run
    rmSync(draft, { recursive: true })
  }
  removeOld()
  return folder
}

function removeOld() {
  for (const name of readdirSync(parent)) {
    const folder = join(parent, name)
    if (/^(bundle|draft)-/.test(name) && Date.now() - statSync(folder).mtimeMs > RETENTION_MS)
      rmSync(folder, { recursive: true })
  }
}
