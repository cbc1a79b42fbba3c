import t from 'tap'
import { signatureOf } from '../../../src/catalog/search/signatures.js'

t.test('signatures never change, because databases store them', async (t) => {
  const known: [terms: string[], signature: number][] = [
    [[], 0],
    [['lamp'], 1_090_519_040],
    [['cafe'], 1_025],
    [['café'], 68_719_476_752],
    [['東'], 2_147_614_720],
    [['𝒳'], 549_755_813_890],
    [['a'.repeat(64)], 4_202_496],
    [['lamp', 'desk'], 35_185_462_673_408],
  ]
  for (const [terms, signature] of known) t.equal(signatureOf(terms), signature, terms.join(' '))
  t.equal(signatureOf(['desk', 'lamp', 'desk']), signatureOf(['lamp', 'desk']), 'in any order')
})

t.test('a signature has the bits of each of its words, and seldom those of another', async (t) => {
  const NAMES = 2_000
  const names = Array.from({ length: NAMES }, (_, i) =>
    Array.from({ length: 5 }, (_, j) => `word${(i * 31 + j * 977) % 4_001}`),
  )
  const passes = (name: string[], words: string[]) => {
    const mask = BigInt(signatureOf(words))
    return (BigInt(signatureOf(name)) & mask) === mask
  }
  t.ok(names.every((name) => name.every((word, i) => passes(name, [word, name[i - 1] ?? word]))))
  t.ok(names.every((name) => Number.isSafeInteger(signatureOf(name))))
  const wrong = (words: string[]) => names.filter((name) => passes(name, words)).length / NAMES
  const one = wrong(['absent'])
  const two = wrong(['absent', 'missing'])
  t.ok(one < 0.06, `${one} of the names match a word that they lack`)
  t.ok(two < 0.006, `${two} match two such words`)
})
