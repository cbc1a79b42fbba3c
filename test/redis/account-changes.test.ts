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

/** A change at one node, and the access that it must end at all of them. */
interface Case {
  change: string
  /** Returns the access; `socket` is a namespace to which it connects. */
  access(node: App): Promise<{ id: string; headers: { authorization: string }; socket: string }>
  make(node: App, id: string, admin: Headers): Promise<number>
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

const CASES: Case[] = [
  {
    change: 'a lower role',
    access: (node) => bearer(node, 'admin'),
    make: async (node, id, admin) => (await change(node, id, admin, { role: 'customer' })).statusCode,
  },
  {
    change: 'a disabled account',
    access: (node) => bearer(node, 'customer'),
    make: async (node, id, admin) => (await change(node, id, admin, { disabled: true })).statusCode,
  },
  {
    change: 'sessions ended by an admin',
    access: (node) => bearer(node, 'customer'),
    make: async (node, id, headers) =>
      (await node.inject({ method: 'DELETE', url: `/users/${id}/sessions`, headers })).statusCode,
  },
  {
    change: 'an erasure',
    access: (node) => bearer(node, 'customer'),
    make: async (node, id, headers) =>
      (await node.inject({ method: 'DELETE', url: `/users/${id}`, headers })).statusCode,
  },
  {
    change: 'a password reset by mail',
    async access(node) {
      await post(node, '/auth/register', ada)
      const { user, accessToken } = (await post(node, '/auth/login', credentials)).json()
      return { id: user.id, headers: { authorization: `Bearer ${accessToken}` }, socket: '/' }
    },
    async make(node) {
      await post(node, '/auth/password/forgot', { email: ada.email })
      await allSent(node)
      const mail = mailsOf(node).findLast(({ text }) => text.includes('/#/reset/'))
      const reset = { token: mail ? tokenIn(mail) : '', password: PASSWORD }
      return (await post(node, '/auth/password/reset', reset)).statusCode
    },
  },
  {
    change: 'a deleted API key',
    access: key,
    make: async (node, id, headers) =>
      (await node.inject({ method: 'DELETE', url: `/api-keys/${id}`, headers })).statusCode,
  },
  {
    change: 'a lower role of the maker of an API key',
    access: async (node) => {
      const { maker, ...access } = await key(node)
      return { ...access, id: maker }
    },
    make: async (node, id, admin) => (await change(node, id, admin, { role: 'staff' })).statusCode,
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
      const { id, headers, socket } = await access(a)
      const reads = headers.authorization.includes('sk_') ? '/events' : '/auth/me'
      for (const node of nodes)
        await eventually(async () => (await node.inject({ url: reads, headers })).statusCode === 200)
      const clients = urls.map((url) => open(t, url + socket, { token: token({ headers }) }))
      for (const client of clients) await client.ready()
      const gone = Promise.all(clients.map(({ socket }) => once(socket as never, 'disconnect')))
      const status = await make(b, id, admin)
      t.ok([200, 204].includes(status), `${change}: ${status}`)
      await gone
      for (const node of nodes) t.equal((await node.inject({ url: reads, headers })).statusCode, 401, change)
    }
  },
)
