import t from 'tap'
import { cacheVerified } from '../../../src/accounts/access-tokens/verified-cache.js'

const inAMinute = () => Math.floor(Date.now() / 1000) + 60

t.test('a valid token is verified once and cached until it expires', async (t) => {
  const asked: string[] = []
  let exp = inAMinute()
  const verify = cacheVerified((token) => {
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

t.test('refusals are not cached, and the least recently used token is evicted', async (t) => {
  const asked: string[] = []
  const verify = cacheVerified((token) => {
    asked.push(token)
    if (token === 'bad') throw new Error('not good')
    return { exp: inAMinute() }
  }, 2)
  t.throws(() => verify('bad'))
  t.throws(() => verify('bad'))
  for (const token of ['a', 'b', 'a', 'c', 'a', 'b']) verify(token)
  t.same(asked, ['bad', 'bad', 'a', 'b', 'c', 'b'])
})
