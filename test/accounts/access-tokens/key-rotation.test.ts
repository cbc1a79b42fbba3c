import { createHmac } from 'node:crypto'
import t, { type Test } from 'tap'
import { buildApp } from '../../../src/app.js'
import { ConfigError, loadConfig } from '../../../src/config.js'
import { signIn, testConfig } from '../../helpers/app.js'

const OLD = 'the old key of the tests, long enough'
const NEW = 'the new key of the tests, long enough'
const OTHER = 'a key of another shop, of equal length'

/** Opens nodes on one database, each with the given keys. */
async function openNodes(t: Test, keys: string[][]) {
  const config = await testConfig(t, t.testdir())
  const nodes = keys.map(([jwtSecret, ...retiredJwtSecrets]) =>
    buildApp({ ...config, jwtSecret, retiredJwtSecrets }),
  )
  t.teardown(() => Promise.all(nodes.map((node) => node.close())))
  for (const node of nodes) await node.ready()
  return nodes
}

type Node = ReturnType<typeof buildApp>
const me = async (node: Node | undefined, headers: Record<string, string>) =>
  (await node?.inject({ url: '/auth/me', headers }))?.statusCode

t.test('keys are rotated node by node without signing anyone out', async (t) => {
  const [old, prepared, rotated, done] = await openNodes(t, [[OLD], [OLD, NEW], [NEW, OLD], [NEW]])
  if (!old || !rotated) throw new Error('there are no nodes')
  const early = await signIn(old)
  const late = await signIn(rotated)

  for (let again = 0; again < 3; again++) {
    for (const node of [old, prepared, rotated]) t.equal(await me(node, early.headers), 200)
    t.equal(await me(done, early.headers), 401, 'a retired key is refused once it is removed')
    for (const node of [prepared, rotated, done]) t.equal(await me(node, late.headers), 200)
    t.equal(await me(old, late.headers), 401, 'a node without the new key refuses it')
  }
})

t.test('a retired key adds no other token to those accepted', async (t) => {
  const [node] = await openNodes(t, [[NEW, 'x'.repeat(32), OLD]])
  if (!node) throw new Error('there is no node')
  const { headers, id } = await signIn(node)
  const [, claims = ''] = headers.authorization.split('.')
  const payload = JSON.parse(Buffer.from(claims, 'base64url').toString())
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const sign = (
    key: string,
    changes = {},
    header: object = { alg: 'HS256', typ: 'JWT' },
    hash = 'sha256',
  ) => {
    const text = `${encode(header)}.${encode({ ...payload, ...changes })}`
    return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`
  }
  const bearer = (token: string) => me(node, { authorization: `Bearer ${token}` })
  t.equal(await bearer(sign(NEW)), 200)
  t.equal(await bearer(sign('x'.repeat(32))), 200)
  t.equal(await bearer(sign(OLD)), 200)
  const refused: Record<string, string> = {
    'signed with an unknown key': sign(OTHER),
    'signed with an empty key': sign(''),
    'signed with the whole setting': sign(`${NEW},${OLD}`),
    'of another algorithm': sign(OLD, {}, { alg: 'HS512', typ: 'JWT' }, 'sha512'),
    'that names its key': sign(OTHER, {}, { alg: 'HS256', kid: '0' }),
    unsigned: `${encode({ alg: 'none' })}.${claims}.`,
    expired: sign(OLD, { exp: Math.floor(Date.now() / 1000) - 1 }),
    'of another issuer': sign(OLD, { iss: 'elsewhere' }),
  }
  for (let again = 0; again < 2; again++)
    for (const [what, token] of Object.entries(refused)) t.equal(await bearer(token), 401, `a token ${what}`)

  await node.accounts.sessions.endAll(id)
  t.equal(await bearer(sign(OLD)), 401, 'tokens signed with a retired key end with their session')
})

t.test('JWT_SECRET takes a list of keys, each of the minimum length', async (t) => {
  const keys = (text: string) => {
    const { jwtSecret, retiredJwtSecrets } = loadConfig({ NODE_ENV: 'production', JWT_SECRET: text })
    return [jwtSecret, ...retiredJwtSecrets]
  }
  const [a, b] = ['Q0vN7xkzJm2RtYc5LpWsHd9eGfUa4BiK', 'seven quiet otters juggle my lamp']
  t.same(keys(a), [a])
  t.same(keys(`${a},${b}`), [a, b])
  t.same(keys(` ${b} , ${a}, `), [b, a])
  t.same(loadConfig({}).retiredJwtSecrets, [])
  for (const bad of ['short', `${a},short`, `short,${a}`, ',', ' , '])
    t.throws(() => keys(bad), { name: 'ConfigError', message: /JWT_SECRET/ }, JSON.stringify(bad))
  t.throws(() => keys(''), ConfigError)
})
