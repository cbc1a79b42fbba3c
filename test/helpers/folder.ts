import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/**
 * Creates a folder with the folders `names` in it. It is removed after the teardowns that are registered later, and not before
 * them, as `t.testdir()` is: a program that is still closing may write to it.
 */
export function folderOf(t: Test, names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'stockroom-test-folder-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  for (const name of names) mkdirSync(join(folder, name))
  return folder
}
