import t from 'tap'
import { createSeal } from '../../src/redis/seal.js'

const [OLD, NEW] = ['a secret of thirty-two characters', 'another one of thirty-two characters']

t.test('a message is opened by processes that know its secret', async (t) => {
  const [old, both] = [createSeal([OLD]), createSeal([NEW, OLD])]
  for (const text of ['', 'hello', 'zwölf 🛒', 'x'.repeat(1_000_000)]) {
    t.equal(old.open(old.seal(text)), text)
    t.equal(both.open(old.seal(text)), text, 'during a rotation, too')
    t.equal(old.open(both.seal(text)), undefined)
  }
})

t.test('a message that was changed or forged is not opened', async (t) => {
  const seal = createSeal([OLD])
  const sealed = seal.seal('{"quantity":1}')
  const forged = [
    '',
    '{"quantity":1}',
    'x'.repeat(43),
    sealed.replace('1}', '9}'),
    sealed.slice(0, -1),
    sealed.slice(1),
    `${sealed} `,
    `ä${sealed.slice(1)}`,
  ]
  for (const each of forged) t.equal(seal.open(each), undefined, each)
  t.throws(() => createSeal([]), RangeError)
})
