import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs git here. @returns its output; empty if it fails, as where there is no history */
function git(...args: string[]): string {
  try {
    return execFileSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return ''
  }
}

/**
 * Returns the commit of the version before: that of the last release's tag before this commit, or before the first tag the commit
 * before the latest migration. Undefined where the history does not have it. Rolling updates began with 0.2.0: nodes of 0.1.0 do
 * not write the ledger.
 */
function formerCommit(): string | undefined {
  const tags = ['--tags', '--abbrev=0', '--match', 'v[0-9]*', '--exclude', 'v0.1.*']
  const release = git('describe', ...tags, 'HEAD^')
  const migration = git('log', '-1', '--format=%H', '--diff-filter=A', '--', 'prisma/mysql/migrations')
  return git('rev-parse', '--verify', release ? `${release}^{commit}` : `${migration}^`) || undefined
}

export const former = formerCommit()

/** Skip reason for tests that need the version before. */
export const noFormer = former === undefined && 'the history here does not have the version before'
if (noFormer && process.env.REQUIRE_SERVICES === '1') throw new Error(noFormer)

/** Builds the program of the version before, with the packages of this one, for the test. @returns its file */
export function buildFormer(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'former-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const archive = execFileSync('git', ['-C', root, 'archive', String(former)], { maxBuffer: 1024 ** 3 })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const args of [['scripts/setup.mjs'], ['scripts/build.mjs', 'program']])
    execFileSync(process.execPath, args, { cwd: folder, stdio: ['ignore', 2, 2] })
  return join(folder, 'dist/server.js')
}
