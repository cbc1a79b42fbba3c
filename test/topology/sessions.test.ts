import t from 'tap'
import { serverDatabase } from '../database.js'
import { open } from '../sockets/sockets.js'
import { post, register, startCluster, tokenOf } from './cluster.js'
import { unless } from './programs.js'

/** A token lives for a quarter of an hour: what ends within this has not waited for that, however busy the machine. */
const WELL_BEFORE_EXPIRY_MS = 60_000

const credentials = { email: 'ada@shop.test', password: 'analytical engine' }
const cookieOf = (headers: Headers, name: string) =>
  headers.getSetCookie().flatMap((cookie) => new RegExp(`^${name}=([^;]+)`).exec(cookie)?.[1] ?? [])[0]

t.test('sessions hold, and end, on every node', { skip: unless('nginx') }, async (t) => {
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

  await t.test('a session that one ends takes its sockets on the others with it', async (t) => {
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

  await t.test('a refresh token gives the same successor everywhere, until that one is used', async (t) => {
    const { bearer, refresh } = await signIn(url)
    const use = (where: string, token: string | undefined) =>
      post(`${where}/auth/refresh`, { cookie: `refresh_token=${token}` })
    const answers = await Promise.all([a, b, c, a, b, c].map((node) => use(node.url, refresh)))
    t.same(new Set(answers.map(({ status }) => status)), new Set([200]))
    const successors = new Set(answers.map(({ headers }) => cookieOf(headers, 'refresh_token')))
    t.equal(successors.size, 1)
    const [successor] = successors
    t.equal((await use(b.url, successor)).status, 200)
    t.equal((await use(c.url, refresh)).status, 401, 'it was stolen, so all of the session ends')
    t.equal((await use(a.url, successor)).status, 401)
    const deadline = Date.now() + WELL_BEFORE_EXPIRY_MS
    for (const node of nodes) {
      while ((await me(node.url, bearer)) !== 401 && Date.now() < deadline);
      t.equal(await me(node.url, bearer), 401)
    }
  })
})
