import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Mutant {
  what: string
  file: string
  edits: [from: string, to: string][]
  tests: string[]
}

const { HAND_MADE } = (await import(join(root, 'scripts/mutation/hand-made.mjs'))) as { HAND_MADE: Mutant[] }

t.test('every hand-made mutant still fits the sources, in one place each', async (t) => {
  for (const { what, file, edits, tests } of HAND_MADE) {
    const path = join(root, file)
    const source = existsSync(path) ? readFileSync(path, 'utf8') : ''
    for (const [from, to] of edits) {
      t.equal(source.split(from).length, 2, `${what}: ${file} has ${from}`)
      t.not(from, to, what)
    }
    for (const test of tests) t.ok(existsSync(join(root, test)), `${what}: ${test}`)
  }
})
