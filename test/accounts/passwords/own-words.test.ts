import fc from 'fast-check'
import t from 'tap'
import { CONTEXT_WORDS, ownWordsFault } from '../../../src/accounts/passwords/own-words.js'

const own = {
  name: 'Åda Lovelace-King',
  email: 'countess.1815@analytical.example',
  shop: 'Bramble & Sons Lamps',
}

t.test("a password made of the user's own words, or those of the shop, is refused", async (t) => {
  for (const [password, fault] of [
    ['lovelace', /only of your name$/],
    ['Lovelace1815', /only of your name$/],
    ['adalovelace', /only of your name$/],
    ['ADA-LOVELACE-KING', /only of your name$/],
    ['countess.1815@analytical.example', /only of your email address$/],
    ['countess1815', /only of your email address$/],
    ['analytical', /only of your email address$/],
    ['Stockroom!2026', /only of words of the shop$/],
    ['stockroom12345678', /only of words of the shop$/],
    ['Bramble&Sons', /only of words of the shop$/],
    ['bramblesonslamps', /only of words of the shop$/],
    ['lovelace@bramble', /name, your email address and words/],
    ...CONTEXT_WORDS.map((word) => [`${word}-${word}-1234`, /only of words of the shop$/] as const),
  ] as const)
    t.match(ownWordsFault(password, own), fault, password)
  for (const password of [
    'correct horse battery',
    'the stockroom of horses',
    'ada-password-1',
    'stockroom-admin-2026',
    'adamant brickwork',
    'Countess of cards',
  ])
    t.equal(ownWordsFault(password, own), undefined, password)
  t.equal(ownWordsFault('kfmqwzbt', { name: '', email: 'x' }), undefined)
  t.match(ownWordsFault('LiBo An Xu', { name: 'Li Bo An Xu' }), /only of your name$/, 'a name of short words')
})

t.test('a name is no password, however it is written', async () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{3,9}$/), { minLength: 1, maxLength: 4 })
  const sign = fc.constantFrom('', ' ', '-', '.', '_', '!')
  const ending = fc.constantFrom('', '1', '!', '2026', '-1815')
  fc.assert(
    fc.property(words, sign, ending, fc.boolean(), (name, between, end, isUpper) => {
      const typed = name.join(between) + end
      const password = isUpper ? typed.toUpperCase() : typed
      return ownWordsFault(password, { name: name.join(' ') }) !== undefined
    }),
  )
})
