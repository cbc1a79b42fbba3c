import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../helpers/pages.js'
import { applyDiff, diffs, isWalked, newFiles } from '../helpers/walk.js'

const options = { skip: isWalked }

// test/programs/fork.test.ts applies them and runs the result, which takes a minute.
t.test('the diffs of docs/extending.md fit the sources, and its new files are new', options, async (t) => {
  t.equal(diffs().length, 7)
  for (const diff of diffs()) t.equal(await applyDiff(diff, root, '--check'), '', diff.slice(0, 200))
  t.equal(newFiles().length, 5)
  for (const { path } of newFiles()) t.notOk(existsSync(join(root, path)), path)
  const [first = ''] = diffs()
  t.match(await applyDiff(first.replace('metadata', 'unknown'), root, '--check'), 'does not apply')
})
