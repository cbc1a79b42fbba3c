/**
 * Runs `npm run pack`: builds, and makes stockroom-VERSION.tgz in the working folder, or in the folder given. The
 * package has all files a shop needs to run, and a manifest without the members for a checkout alone: `npm pack` in the
 * checkout would also take files of earlier builds, which dist/ keeps for running servers.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'))

/** Members of package.json for the checkout alone. The checkout is private, lest it be published by mistake. */
const OF_CHECKOUT = ['private', 'scripts', 'imports', 'devDependencies', 'overrides', 'allowScripts', 'files']

const [to = '.'] = process.argv.slice(2)
process.argv.splice(2, Infinity, '--build', '--report')
await import('./setup.mjs')
const { writeTypes } = await import('./package-types.mjs')

/** Copies the package's files to `folder`. */
function stage(folder) {
  const manifest = read('package.json')
  const built = read('dist/.files').filter((name) => !name.endsWith('.map'))
  for (const file of [...manifest.files, ...built.map((name) => `dist/${name}`)]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(root, file), join(folder, file), {
      recursive: true,
      filter: (path) => !/\.map$|[\\/]\.stamp$/.test(path),
    })
  }
  for (const name of OF_CHECKOUT) delete manifest[name]
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
}

const folder = mkdtempSync(join(tmpdir(), 'stockroom-pack-'))
try {
  stage(folder)
  await writeTypes(join(folder, 'dist'))
  // One line with the name of the file.
  const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', resolve(to)], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  process.exitCode = packed.status ?? 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
