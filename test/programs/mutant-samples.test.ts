import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Mutant {
  fileName: string
  location: { start: object; end: object }
  mutatorName: string
  replacement: string
  status?: string
}

const { sampleOf, interval } = (await import(join(root, 'scripts/mutation/sample.mjs'))) as {
  sampleOf(mutants: Mutant[], options: { seed: string; size: number; skip?: number }): Mutant[]
  interval(hits: number, size: number): [low: number, high: number]
}

const mutants: Mutant[] = Array.from({ length: 200 }, (_, line) => ({
  fileName: 'src/ids.ts',
  location: { start: { line, column: 1 }, end: { line, column: 9 } },
  mutatorName: 'StringLiteral',
  replacement: '',
}))

t.test('a seed chooses the same mutants in any order, and another seed others', async (t) => {
  const options = { seed: '1', size: 50 }
  const sample = sampleOf(mutants, options)
  t.equal(new Set(sample).size, 50)
  t.same(sampleOf(mutants.toReversed(), options), sample)
  t.strictNotSame(sampleOf(mutants, { ...options, seed: '2' }), sample)
  t.same(sampleOf(mutants, { ...options, size: 80 }).slice(0, 50), sample, 'a larger sample adds to it')
  t.same(sampleOf(mutants, { ...options, skip: 20 }), sample.slice(20))
  const ignored = mutants.map((mutant) => ({ ...mutant, status: 'Ignored' }))
  t.same(sampleOf([...ignored, ...mutants], options), sample)
})

t.test("a sample's interval is Wilson's", async (t) => {
  const rounded = (hits: number, size: number) => interval(hits, size).map((bound) => bound.toFixed(3))
  t.same(rounded(89, 100), ['0.814', '0.937'])
  t.same(rounded(10, 10), ['0.722', '1.000'])
  t.same(rounded(0, 10), ['0.000', '0.278'])
})
