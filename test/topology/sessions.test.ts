import t from 'tap'
import { serverDatabase } from '../helpers/database.js'
import { open } from '../helpers/sockets.js'
import { post, register, startCluster, tokenOf } from '../helpers/topology/cluster.js'
import { unless } from '../helpers/topology/programs.js'

/**
 * Tokens live for fifteen minutes: anything ending within this time did not wait for expiry, even on a busy machine.
 */
const WELL_BEFORE_EXPIRY_MS = 600_000

const credentials = { email: 'ada@shop.test', password: 'analytical engine' }
const cookieOf = (headers: Headers, name: string) =>
  headers.getSetCookie().flatMap((cookie) => new RegExp(`^${name}=([^;]+)`).exec(cookie)?.[1] ?? [])[0]

t.test('sessions are valid, and end, on every node', { skip: unless('nginx') }, async (t) => {
  const { url, nodes } = await startCluster(t, { DATABASE_URL: await serverDatabase(t) })
  await register(url, 'ada')
  const [a, b, c] = nodes
  const signIn = async (where: string) => {
    const { headers, body } = await post(`${where}/auth/login`, {}, credentials)
    return {
      bearer: { authorization: `Bearer ${body.accessToken}` },
      refresh: cookieOf(headers, 'refresh_token'),
    }
  }
  const me = async (where: string, headers: Record<string, string>) =>
    (await fetch(`${where}/auth/me`, { headers })).status

  await t.test('a session ended at one node closes its sockets at the others', async (t) => {
    const { bearer } = await signIn(a.url)
    const sockets = [a, b, c].map(({ url }) => open(t, `${url}/`, { token: tokenOf(bearer) }))
    const through = open(t, `${url}/`, { token: tokenOf(bearer) })
    for (const socket of [...sockets, through]) await socket.ready()
    const gone = [...sockets, through].map(
      ({ socket }) => new Promise((resolve) => socket.once('disconnect', resolve)),
    )
    const ended = Date.now()
    t.equal((await post(`${a.url}/auth/logout`, bearer)).status, 204)
    t.same(await Promise.all(gone), Array(4).fill('io server disconnect'))
    t.ok(Date.now() - ended < WELL_BEFORE_EXPIRY_MS, `${Date.now() - ended} ms`)
    for (const node of nodes) t.equal(await me(node.url, bearer), 401)
  })

  await t.test(
    "a password changed at one node closes the other sessions' sockets at the others",
    async (t) => {
      const own = await signIn(a.url)
      const other = await signIn(b.url)
      const kept = open(t, `${c.url}/`, { token: tokenOf(own.bearer) })
      const closed = [a, b, c].map(({ url }) => open(t, `${url}/`, { token: tokenOf(other.bearer) }))
      for (const socket of [kept, ...closed]) await socket.ready()
      const gone = closed.map(({ socket }) => new Promise((resolve) => socket.once('disconnect', resolve)))
      const change = { currentPassword: credentials.password, newPassword: 'difference engine' }
      t.equal((await post(`${a.url}/auth/password`, own.bearer, change)).status, 204)
      t.same(await Promise.all(gone), Array(3).fill('io server disconnect'))
      for (const node of nodes) {
        t.equal(await me(node.url, other.bearer), 401)
        t.equal(await me(node.url, own.bearer), 200)
      }
      t.ok(kept.socket.connected)
      const back = { currentPassword: change.newPassword, newPassword: credentials.password }
      t.equal((await post(`${b.url}/auth/password`, own.bearer, back)).status, 204)
    },
  )

  await t.test('a refresh token has the same successor on every node, until that one is used', async (t) => {
    const { bearer, refresh } = await signIn(url)
    const use = (where: string, token: string | undefined) =>
      post(`${where}/auth/refresh`, { cookie: `refresh_token=${token}` })
    const answers = await Promise.all([a, b, c, a, b, c].map((node) => use(node.url, refresh)))
    t.same(new Set(answers.map(({ status }) => status)), new Set([200]))
    const successors = new Set(answers.map(({ headers }) => cookieOf(headers, 'refresh_token')))
    t.equal(successors.size, 1)
    const [successor] = successors
    t.equal((await use(b.url, successor)).status, 200)
    t.equal((await use(c.url, refresh)).status, 401, 'it was stolen, so the whole session ends')
    t.equal((await use(a.url, successor)).status, 401)
    const deadline = Date.now() + WELL_BEFORE_EXPIRY_MS
    for (const node of nodes) {
      while ((await me(node.url, bearer)) !== 401 && Date.now() < deadline);
      t.equal(await me(node.url, bearer), 401)
    }
  })
})
