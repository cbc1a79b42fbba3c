import t from 'tap'
import { listenFault, listOf, originFault, trustFault } from '../../src/config/addresses.js'
import { loadConfig } from '../../src/config.js'

t.test('the items of a list are trimmed, and empty ones are dropped', async (t) => {
  t.same(listOf(undefined), [])
  t.same(listOf(''), [])
  t.same(listOf(' , ,'), [])
  t.same(listOf('a, b c ,,d'), ['a', 'b c', 'd'])
})

t.test('an address to listen on is one of this machine, without port and brackets', async (t) => {
  for (const good of ['0.0.0.0', '::', 'localhost']) t.equal(listenFault(good), undefined, good)
  for (const bad of ['', 'a b', '[::]', '0.0.0.0:3000'])
    t.match(listenFault(bad), new RegExp(`^must be an address .*not "${bad.replace(/[[\]]/g, '.')}"$`), bad)
})

t.test('an origin is written as browsers send it, in full', async (t) => {
  const good = ['https://shop.example', 'http://127.0.0.1:8080', 'http://[::1]:3000']
  for (const origin of good) t.equal(originFault(origin), undefined, origin)
  const cases: [string, RegExp][] = [
    ['*', /any origin \(\*\)/],
    ['https://*.shop.example', /wildcards/],
    ['https://shop.example/', /as browsers send them.*: https:\/\/shop\.example, not/],
    ['https://Shop.example', /as browsers send them/],
    ['https://shop.example:443', /as browsers send them/],
    ['shop.example', /origins like/],
    ['ftp://shop.example', /origins like/],
    ['xhttp://shop.example', /origins like/],
    ['http://shop.example:0', /origins like/],
    ['httpsx://shop.example', /origins like/],
    ['null', /origins like/],
  ]
  for (const [origin, fault] of cases) t.match(originFault(origin), fault, origin)
})

t.test('trusted proxies are none, all, a number of hops, or addresses and networks', async (t) => {
  const good = [
    ...['true', 'false', '0', '1', '100', 'loopback', '10.0.0.0/8', '10.0.0.1', '::1', 'fd00::/8'],
    '10.0.0.0/8, 192.168.0.1',
    'loopback,linklocal, uniquelocal',
  ]
  for (const text of good) t.equal(trustFault(text), undefined, text)
  t.match(trustFault('101'), /at most 100/)
  const bad = [
    'True',
    'xtrue',
    'falsey',
    '-1',
    '1x',
    'x1',
    'internal',
    '010.0.0.1',
    '10.0.0.1,',
    '10.0.0.0/33',
    'a,10.0.0.1',
  ]
  for (const text of bad) t.match(trustFault(text), /^must be false, the number of proxies/, text)
})

t.test('a number of trusted proxies is the exact number of trusted hops', async (t) => {
  const trusted = (TRUST_PROXY: string, hop: number) => {
    const { trustProxy } = loadConfig({ TRUST_PROXY, JWT_SECRET: 'Q0vN7xkzJm2RtYc5LpWsHd9eGfUa4BiK' })
    return typeof trustProxy === 'function' ? trustProxy('192.0.2.1', hop) : trustProxy
  }
  t.same(
    [0, 1, 2].map((hop) => trusted('2', hop)),
    [true, true, false],
  )
  t.equal(trusted('0', 0), false)
  t.equal(trusted('true', 9), true)
  t.equal(trusted('false', 0), false)
  t.equal(trusted('10.0.0.0/8', 0), '10.0.0.0/8')
  t.equal(trusted('', 0), false, 'no proxy is trusted by default')
})
