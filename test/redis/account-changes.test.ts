import { once } from 'node:events'
import t from 'tap'
import { ada, credentials, post } from '../helpers/ada.js'
import { noRateLimits, signIn } from '../helpers/app.js'
import { allSent, eventually, mailsOf, tokenIn } from '../helpers/mail.js'
import { type App, openNodes } from '../helpers/open-nodes.js'
import { noRedis, startRedis } from '../helpers/redis-server.js'
import { listen, open, token } from '../helpers/sockets.js'

type Headers = Record<string, string>
const PASSWORD = 'nine lamps and a ladder'

/** A second is promised; the machine that runs the tests gets four more. Without Redis, processes look every half second. */
const BOUND_MS = 5_000

interface Access {
  id: string
  headers: { authorization: string }
  /** The namespace to which it connects. */
  socket: string
  /** Another session of the same user, which makes the change and stays. */
  own?: { authorization: string }
}

/** A change at one node, and the access it must end at all of them. */
interface Case {
  change: string
  access(node: App): Promise<Access>
  make(node: App, access: Access, admin: Headers): Promise<number>
}

const bearer = (app: App, role: 'admin' | 'customer', socket = role === 'admin' ? '/admin' : '/') =>
  signIn(app, role).then(({ id, headers }) => ({ id, headers, socket }))
const change = (node: App, id: string, admin: Headers, payload: object) =>
  node.inject({ method: 'PATCH', url: `/users/${id}`, headers: admin, payload })
const key = async (app: App) => {
  const maker = await signIn(app, 'admin')
  const { id, key } = (
    await post(app, '/api-keys', { name: 'Screen', scopes: ['events:read'] }, maker.headers)
  ).json()
  return { id, maker: maker.id, headers: { authorization: `Bearer ${key}` }, socket: '/admin' }
}

/** Registers Ada, or signs her in again, in two sessions: one to end, and her own. */
async function twoSessions(node: App): Promise<Access & { own: { authorization: string } }> {
  await post(node, '/auth/register', ada)
  const signIn = async () => (await post(node, '/auth/login', credentials)).json()
  const [{ user, accessToken }, own] = [await signIn(), await signIn()]
  const bearerOf = (token: string) => ({ authorization: `Bearer ${token}` })
  return { id: user.id, headers: bearerOf(accessToken), socket: '/', own: bearerOf(own.accessToken) }
}

const CASES: Case[] = [
  {
    change: 'a session that its user ends in the list',
    access: twoSessions,
    async make(node, { own = {} }) {
      const { items } = (await node.inject({ url: '/auth/sessions', headers: own })).json()
      const other = items.find(({ current }: { current: boolean }) => !current)
      const url = `/auth/sessions/${other.id}`
      return (await node.inject({ method: 'DELETE', url, headers: own })).statusCode
    },
  },
  {
    change: 'a password that its user changes',
    access: twoSessions,
    async make(node, { own = {} }) {
      const change = { currentPassword: ada.password, newPassword: PASSWORD }
      return (await post(node, '/auth/password', change, own)).statusCode
    },
  },
  {
    change: 'a lower role',
    access: (node) => bearer(node, 'admin'),
    make: async (node, { id }, admin) => (await change(node, id, admin, { role: 'customer' })).statusCode,
  },
  {
    change: 'a disabled account',
    access: (node) => bearer(node, 'customer'),
    make: async (node, { id }, admin) => (await change(node, id, admin, { disabled: true })).statusCode,
  },
  {
    change: 'sessions ended by an admin',
    access: (node) => bearer(node, 'customer'),
    make: async (node, { id }, headers) =>
      (await node.inject({ method: 'DELETE', url: `/users/${id}/sessions`, headers })).statusCode,
  },
  {
    change: 'an erasure',
    access: (node) => bearer(node, 'customer'),
    make: async (node, { id }, headers) =>
      (await node.inject({ method: 'DELETE', url: `/users/${id}`, headers })).statusCode,
  },
  {
    change: 'a password reset by mail',
    async access(node) {
      // Her password was changed above.
      const signedIn = await post(node, '/auth/login', { ...credentials, password: PASSWORD })
      const { user, accessToken } = signedIn.json()
      return { id: user.id, headers: { authorization: `Bearer ${accessToken}` }, socket: '/' }
    },
    async make(node) {
      await post(node, '/auth/password/forgot', { email: ada.email })
      await allSent(node)
      const mail = mailsOf(node).findLast(({ text }) => text.includes('/#/reset/'))
      const reset = { token: mail ? tokenIn(mail) : '', password: ada.password }
      return (await post(node, '/auth/password/reset', reset)).statusCode
    },
  },
  {
    change: 'a deleted API key',
    access: key,
    make: async (node, { id }, headers) =>
      (await node.inject({ method: 'DELETE', url: `/api-keys/${id}`, headers })).statusCode,
  },
  {
    change: 'a lower role of the maker of an API key',
    access: async (node) => {
      const { maker, ...access } = await key(node)
      return { ...access, id: maker }
    },
    make: async (node, { id }, admin) => (await change(node, id, admin, { role: 'staff' })).statusCode,
  },
]

t.test(
  'a change of an account at one node ends tokens, keys and sockets at three',
  { skip: noRedis },
  async (t) => {
    const redis = await startRedis(t)
    const settings = { ...noRateLimits, redisUrl: redis.url }
    const { nodes, a, b } = await openNodes(t, [settings, settings, settings])
    const urls = await Promise.all(nodes.map(listen))
    const admin = (await signIn(b, 'admin')).headers
    for (const { change, access, make } of CASES) {
      const given = await access(a)
      const { headers, socket, own } = given
      const reads = headers.authorization.includes('sk_') ? '/events' : '/auth/me'
      for (const node of nodes)
        await eventually(async () => (await node.inject({ url: reads, headers })).statusCode === 200)
      const clients = urls.map((url) => open(t, url + socket, { token: token({ headers }) }))
      for (const client of clients) await client.ready()
      const kept = own && urls.map((url) => open(t, url + socket, { token: token({ headers: own }) }))
      for (const client of kept ?? []) await client.ready()
      const gone = Promise.all(
        clients.map(({ socket }) => once(socket as never, 'disconnect').then(() => performance.now())),
      )
      const status = await make(b, given, admin)
      const made = performance.now()
      t.ok([200, 204].includes(status), `${change}: ${status}`)
      const lastMs = Math.max(...(await gone)) - made
      t.ok(lastMs < BOUND_MS, `${change} ends sockets after ${Math.round(lastMs)} ms`)
      for (const node of nodes) t.equal((await node.inject({ url: reads, headers })).statusCode, 401, change)
      if (!own || !kept) continue
      for (const node of nodes)
        t.equal((await node.inject({ url: reads, headers: own })).statusCode, 200, change)
      for (const { socket } of kept) t.ok(socket.connected, `${change} leaves the own socket`)
    }
  },
)
