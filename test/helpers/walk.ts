import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { codeBlocks, read, root } from './pages.js'

const run = promisify(execFile)

/** The page with the walk through a fork. */
export const WALK_PAGE = 'docs/extending.md'

/** Returns the new files of the page: each a block under a line with its path in bold. */
export const newFiles = () =>
  [...read(WALK_PAGE).matchAll(/^\*\*([\w./-]+)\*\*\n\n```\w+\n([\s\S]*?)^```$/gm)].map(
    ([, path = '', code = '']) => ({ path, code }),
  )

const isThere = newFiles().map(({ path }) => existsSync(join(root, path)))

/** Why a fork that has every new file of the page skips the tests of the page; false elsewhere. */
export const isWalked =
  isThere.length > 0 && isThere.every(Boolean) && 'this fork has the changes of the page'

/** Returns the diffs of the page, in their order. */
export const diffs = () =>
  codeBlocks(WALK_PAGE).flatMap(({ language, code }) => (language === 'diff' ? [code] : []))

/** Applies a diff to the checkout in `cwd`, as a reader would. @returns what git says against it; '' if it fits */
export async function applyDiff(code: string, cwd: string, ...flags: string[]): Promise<string> {
  const applying = run('git', ['apply', ...flags, '-'], { cwd })
  applying.child.stdin?.end(code)
  return applying.then(
    () => '',
    (error) => String(error.stderr || error),
  )
}
