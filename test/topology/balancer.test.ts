import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { securityHeaders } from '../../src/plugins/security.js'
import { without } from '../helpers/topology/programs.js'
import { startNginx } from '../helpers/topology/services.js'

/** `limit_conn` of deploy/nginx.conf. */
const MAX_CONNECTIONS = 512

/** Headers of every response by a node (src/plugins/security.ts). */
const ownHeaders = { ...securityHeaders(true), 'content-type': 'application/problem+json' }

t.test('nginx in front of three nodes that record their requests', { skip: without('nginx') }, async (t) => {
  let seen: { node: number; method: string | undefined; headers: NodeJS.Dict<string | string[]> }[] = []
  let breaking = false
  const servers = [1, 2, 3].map((node) =>
    createServer((request, answer) => {
      seen.push({ node, method: request.method, headers: request.headers })
      if (request.url === '/hold') return
      if (breaking) request.socket.destroy()
      else request.resume().once('end', () => answer.end())
    }).listen(0, '127.0.0.1'),
  )
  await Promise.all(servers.map((server) => once(server, 'listening')))
  t.teardown(() => {
    for (const server of servers) server.close().closeAllConnections()
  })
  const urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const url = await startNginx(t, t.testdir(), urls)
  /** Sends `bytes` over a new connection; status 0 if nginx resets it, as it does stalled ones. */
  const raw = (bytes: string) =>
    new Promise<{ status: number; headers: Record<string, string>; body: string }>((resolve, reject) => {
      let answer = ''
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.setEncoding('latin1').on('data', (chunk) => (answer += chunk))
      socket
        .on('error', (error: NodeJS.ErrnoException) => error.code === 'ECONNRESET' || reject(error))
        .on('close', () => {
          const [head = '', body = ''] = answer.split('\r\n\r\n')
          const lines = head.split('\r\n').slice(1)
          const headers = lines
            .map((line) => line.split(': '))
            .map(([name, value]) => [name?.toLowerCase(), value])
          resolve({ status: Number(answer.slice(9, 12)), headers: Object.fromEntries(headers), body })
        })
      socket.write(bytes)
    })
  /** Sends a request `times` times in sequence. @returns the statuses, and the nodes reached. */
  const send = async (method: string, path: string, times = 1) => {
    seen = []
    const answers: Response[] = []
    for (let i = 0; i < times; i++)
      answers.push(await fetch(url + path, { method, ...(method !== 'GET' && { body: '{}' }) }))
    return { answers, statuses: answers.map(({ status }) => status), nodes: seen.map(({ node }) => node) }
  }

  await t.test("a node receives the client's address, the host and the protocol", async (t) => {
    await send('GET', '/products')
    t.match(seen[0]?.headers, {
      host: new URL(url).host,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    })
    const headers = {
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      'x-real-ip': '203.0.113.1',
      'x-forwarded-proto': 'https',
    }
    await fetch(`${url}/products`, { headers })
    const said = seen.at(-1)?.headers ?? {}
    for (const name of ['x-forwarded-host', 'forwarded', 'x-real-ip']) t.notOk(name in said, name)
    t.equal(said['x-forwarded-proto'], 'https', 'an outer proxy may terminate TLS')
  })

  await t.test('no spelling of /metrics is forwarded', async (t) => {
    seen = []
    for (const path of [
      '/metrics',
      '/metrics/',
      '//metrics',
      '/metrics//',
      '/%6detrics',
      '/metrics%2f',
      '/x/../metrics',
      '/metrics?x',
      '/./metrics/',
    ])
      t.match(
        await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
        { status: 404 },
        path,
      )
    t.same(seen, [])
  })

  await t.test('refusals by nginx have the format and the headers of all others', async (t) => {
    const head = 'Host: x\r\nConnection: close\r\n'
    const refused: [number, string, string][] = [
      [400, 'bad-request', 'GET / HTTP/1.1\r\n\r\n'],
      [400, 'bad-request', `GET / HTTP/1.1\r\n${head}Content-Length: x\r\n\r\n`],
      [404, 'not-found', `GET /metrics HTTP/1.1\r\n${head}\r\n`],
      [400, 'bad-request', 'nonsense\r\n\r\n'],
      [400, 'bad-request', `GET / HTTP/1.1\r\n${head}Host: y\r\n\r\n`],
      [400, 'bad-request', `GET /%zz HTTP/1.1\r\n${head}\r\n`],
      [400, 'bad-request', `GET /../.. HTTP/1.1\r\n${head}\r\n`],
      [400, 'bad-request', `CONNECT x:1 HTTP/1.1\r\n${head}\r\n`],
      [400, 'bad-request', `GET / HTTP/3.0\r\n${head}\r\n`],
      [400, 'bad-request', `POST / HTTP/1.1\r\n${head}Transfer-Encoding: gzip\r\n\r\n`],
      [405, 'method-not-allowed', `TRACE / HTTP/1.1\r\n${head}\r\n`],
      [413, 'body-too-large', `POST /products HTTP/1.1\r\n${head}Content-Length: 99000000\r\n\r\n`],
      [414, 'uri-too-long', `GET /${'x'.repeat(9_000)} HTTP/1.1\r\n${head}\r\n`],
      [414, 'uri-too-long', `GET /${'x'.repeat(50_000)} HTTP/1.1\r\n${head}\r\n`],
      [431, 'headers-too-large', `GET / HTTP/1.1\r\n${head}X: ${'x'.repeat(50_000)}\r\n\r\n`],
    ]
    for (const [status, code, bytes] of refused) {
      const answer = await raw(bytes)
      t.equal(answer.status, status, bytes.slice(0, 60))
      t.match(answer.headers, ownHeaders, code)
      t.match(JSON.parse(answer.body), {
        type: `/problems/${code}`,
        status,
        title: /./,
        detail: /./,
        instance: /^\w{32}$/,
      })
    }
  })

  await t.test('a file of products may be as large as a node takes it', async (t) => {
    const send = (path: string) =>
      fetch(url + path, { method: 'POST', body: Buffer.alloc(50 * 1024 * 1024) }).then(({ status }) => status)
    t.equal(await send('/products/import'), 200)
    t.equal(await send('/products'), 413)
  })

  await t.test('polling clients stay on one node, and WebSockets may use any', async (t) => {
    const polling = await send('GET', '/socket.io/?EIO=4&transport=polling', 5)
    const more = await send('POST', '/socket.io/?EIO=4&transport=polling&sid=abc', 5)
    const upgrade = await send('GET', '/socket.io/?EIO=4&transport=websocket&sid=abc', 5)
    t.equal(new Set([...polling.nodes, ...more.nodes, ...upgrade.nodes]).size, 1)
    const sockets = await send('GET', '/socket.io/?EIO=4&transport=websocket', 50)
    t.equal(new Set(sockets.nodes).size, 3)
  })

  await t.test('connections per address are limited, and stalled ones are closed', async (t) => {
    const stalled = [
      'GET / HTTP/1.1\r\nHost: x\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx',
    ].map(raw)
    const sockets: Socket[] = []
    const statuses: number[] = []
    for (let i = 0; i < MAX_CONNECTIONS + 5; i++) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.once('data', (head) => statuses.push(Number(head.toString('latin1', 9, 12))))
      socket.on('error', () => {})
      socket.write('GET /hold HTTP/1.1\r\nHost: x\r\n\r\n')
      sockets.push(socket)
    }
    while (statuses.length < 5) await sleep(10)
    t.match(await raw('GET /hold HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), {
      status: 429,
      headers: { ...ownHeaders, 'retry-after': '1' },
    })
    t.ok(statuses.every((status) => status === 429))
    for (const socket of sockets) socket.destroy()
    for (const { status } of await Promise.all(stalled)) t.ok(status === 0 || status === 408, `${status}`)
  })

  await t.test(
    'a request that a node may have started is retried on another only if it is idempotent',
    async (t) => {
      breaking = true
      for (const method of ['POST', 'PATCH']) {
        const { answers, nodes } = await send(method, '/orders')
        t.equal(nodes.length, 1, `${method} was sent once`)
        t.match(answers, [{ status: 503 }])
        t.equal(answers[0]?.headers.get('content-type'), 'application/problem+json')
        t.equal(answers[0]?.headers.get('retry-after'), '1')
        t.match(Object.fromEntries(answers[0]?.headers ?? []), ownHeaders)
        t.match(await answers[0]?.json(), {
          type: '/problems/unavailable',
          status: 503,
          instance: /^\w{32}$/,
        })
      }
      t.match(await send('GET', '/products'), { statuses: [503], nodes: { length: 3 } })
      breaking = false
    },
  )

  await t.test('an unreachable node is skipped', async (t) => {
    servers[0]?.close().closeAllConnections()
    for (const method of ['GET', 'POST', 'PATCH'])
      t.same((await send(method, '/orders', 6)).statuses, Array(6).fill(200), method)
  })
})
