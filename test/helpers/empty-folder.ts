import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A folder outside the checkout, whose packages Node would find otherwise. */
export function emptyFolder(t: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'stockroom-package-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }))
  return dir
}
