import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

type Library = 'io-faults' | 'write-journal'

const FLAGS = ['-std=gnu17', '-O2', '-Wall', '-Wextra', '-Werror', '-U_FORTIFY_SOURCE', '-shared', '-fPIC']

const built = new Map<Library, Promise<string>>()
let folder: string | undefined

/** A temporary folder, removed when this process exits. */
function ownFolder(): string {
  if (folder) return folder
  const made = mkdtempSync(join(tmpdir(), 'native-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  folder = made
  return made
}

async function compile(library: Library): Promise<string> {
  const source = fileURLToPath(new URL(`../native/${library}.c`, import.meta.url))
  const target = join(ownFolder(), `${library}.so`)
  await run('cc', [...FLAGS, '-o', target, source, '-ldl', '-lpthread'])
  return target
}

/** The reason this machine cannot compile and preload libraries; undefined if it can. */
export function nativeUnavailable(): string | undefined {
  if (process.platform !== 'linux') return 'LD_PRELOAD and /proc need Linux'
  if (spawnSync('cc', ['--version']).error) return 'no C compiler is installed (gcc, libc6-dev)'
  return undefined
}

/**
 * Compiles a library from native/, once per process.
 * @returns its path, for LD_PRELOAD
 * @throws Error with the output of the compiler
 */
export function native(library: Library): Promise<string> {
  const path = built.get(library) ?? compile(library)
  built.set(library, path)
  return path
}
