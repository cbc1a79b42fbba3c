import t from 'tap'
import { verifyOnce } from '../../src/accounts/verified-tokens.js'

const inAMinute = () => Math.floor(Date.now() / 1000) + 60

t.test('a good token is verified once, and no longer believed than it lives', async (t) => {
  const asked: string[] = []
  let exp = inAMinute()
  const verify = verifyOnce((token) => {
    asked.push(token)
    return { exp, sub: token }
  }, 10)
  t.same(verify('a').sub, 'a')
  t.equal(verify('a'), verify('a'))
  t.same(asked, ['a'])

  exp = Math.floor(Date.now() / 1000) - 1
  verify('stale')
  verify('stale')
  t.same(asked, ['a', 'stale', 'stale'])
})

t.test('a refusal is not remembered, and the least used token is let go', async (t) => {
  const asked: string[] = []
  const verify = verifyOnce((token) => {
    asked.push(token)
    if (token === 'bad') throw new Error('not good')
    return { exp: inAMinute() }
  }, 2)
  t.throws(() => verify('bad'))
  t.throws(() => verify('bad'))
  for (const token of ['a', 'b', 'a', 'c', 'a', 'b']) verify(token)
  t.same(asked, ['bad', 'bad', 'a', 'b', 'c', 'b'])
})
