import fc from 'fast-check'
import t from 'tap'
import { sortKeyOf, termsOf } from '../../src/catalog/names.js'

t.test('words are what is left without case, accents, compatibility forms and punctuation', async (t) => {
  const cases: [string, string[]][] = [
    ['Crème Brûlée', ['creme', 'brulee']],
    ['STRASSE straße', ['strasse']],
    ['ΟΔΟΣ οδος', ['οδοσ']],
    ['İstanbul ISTANBUL ıstanbul', ['istanbul']],
    ['ﬁne ½ inch', ['fine', '1', '2', 'inch']],
    ['Ａ４ paper, 80-gram', ['a4', 'paper', '80', 'gram']],
    ['100% % _ * \' " \\ --', ['100']],
    ['lamp Lamp LAMP', ['lamp']],
    ['東京タワー', ['東', '京', 'タワー']],
    ['!!!', []],
    ['', []],
  ]
  for (const [name, words] of cases) t.same(termsOf(name), words, name)
})

t.test('whatever the name, its words are distinct, short, and have no case and no marks', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
      const words = termsOf(name)
      return (
        new Set(words).size === words.length &&
        words.every(
          (word) => [...word].length <= 64 && /^[\p{L}\p{N}]+$/u.test(word) && !/\p{Lu}/u.test(word),
        )
      )
    }),
    { numRuns: 2_000 },
  )
  t.equal([...(termsOf('𝒳'.repeat(100))[0] ?? '')].length, 64, 'cut between characters, not within')
})

t.test('the sort key is the folded name, within what its column holds', async (t) => {
  t.equal(sortKeyOf('  Éclair, large '), 'eclair, large')
  t.equal([...sortKeyOf('ﷺ'.repeat(200))].length, 200)
  t.equal(sortKeyOf('zebra') < sortKeyOf('Äpfel'), false, 'Ä sorts with a')
})
