import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { without } from './programs.js'
import { startNginx } from './services.js'

t.test(
  'what the balancer does with requests, by three nodes that note them',
  { skip: without('nginx') },
  async (t) => {
    let seen: { node: number; method: string | undefined; headers: NodeJS.Dict<string | string[]> }[] = []
    let breaking = false
    const servers = [1, 2, 3].map((node) =>
      createServer((request, answer) => {
        seen.push({ node, method: request.method, headers: request.headers })
        if (breaking) request.socket.destroy()
        else answer.end()
      }).listen(0, '127.0.0.1'),
    )
    await Promise.all(servers.map((server) => once(server, 'listening')))
    t.teardown(() => {
      for (const server of servers) server.close().closeAllConnections()
    })
    const urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const url = await startNginx(t, t.testdir(), urls)
    /** Sends a request so many times, one after the other. @returns the statuses, and the nodes that got one. */
    const send = async (method: string, path: string, times = 1) => {
      seen = []
      const answers: Response[] = []
      for (let i = 0; i < times; i++)
        answers.push(await fetch(url + path, { method, ...(method !== 'GET' && { body: '{}' }) }))
      return { answers, statuses: answers.map(({ status }) => status), nodes: seen.map(({ node }) => node) }
    }

    await t.test('a node is told who asks, and by what name', async (t) => {
      await send('GET', '/products')
      t.match(seen[0]?.headers, {
        host: new URL(url).host,
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
      })
      t.match(await send('GET', '/metrics'), { statuses: [404], nodes: [] })
    })

    await t.test('who polls comes back to the same node, and a WebSocket may be at any', async (t) => {
      const polling = await send('GET', '/socket.io/?EIO=4&transport=polling', 5)
      const more = await send('POST', '/socket.io/?EIO=4&transport=polling&sid=abc', 5)
      const upgrade = await send('GET', '/socket.io/?EIO=4&transport=websocket&sid=abc', 5)
      t.equal(new Set([...polling.nodes, ...more.nodes, ...upgrade.nodes]).size, 1)
      const sockets = await send('GET', '/socket.io/?EIO=4&transport=websocket', 50)
      t.equal(new Set(sockets.nodes).size, 3)
    })

    await t.test('what a node may have begun is asked of another only if twice is once', async (t) => {
      breaking = true
      for (const method of ['POST', 'PATCH']) {
        const { answers, nodes } = await send(method, '/orders')
        t.equal(nodes.length, 1, `${method} was sent once`)
        t.match(answers, [{ status: 503 }])
        t.equal(answers[0]?.headers.get('content-type'), 'application/problem+json')
        t.equal(answers[0]?.headers.get('retry-after'), '1')
        t.match(await answers[0]?.json(), {
          type: '/problems/unavailable',
          status: 503,
          instance: /^\w{32}$/,
        })
      }
      t.match(await send('GET', '/products'), { statuses: [503], nodes: { length: 3 } })
      breaking = false
    })

    await t.test('a node that cannot be reached is passed over', async (t) => {
      servers[0]?.close().closeAllConnections()
      for (const method of ['GET', 'POST', 'PATCH'])
        t.same((await send(method, '/orders', 6)).statuses, Array(6).fill(200), method)
    })
  },
)
