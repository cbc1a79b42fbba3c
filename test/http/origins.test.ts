import { request } from 'node:http'
import t, { type Test } from 'tap'
import type { Config } from '../../src/config.js'
import { build, signIn } from '../helpers/app.js'
import { listen, open, token } from '../helpers/sockets.js'

const ALLOWED = 'https://desk.example'

type Fields = Record<string, string>

/** Starts a server and sends it HTTP and WebSocket requests like a browser without fetch metadata. */
async function setup(t: Test, trustProxy: Config['trustProxy']) {
  const app = await build(t, { trustProxy, corsOrigins: [ALLOWED] })
  const url = await listen(app)
  const cookie = `access_token=${token(await signIn(app))}`

  /** Returns the status of a change by cookie: 404, or 403 if treated as cross-site. */
  const change = (headers: Fields) =>
    new Promise<number | undefined>((resolve, reject) => {
      request(`${url}/auth/sessions/x`, { method: 'DELETE', headers: { cookie, ...headers } }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
        .on('error', reject)
        .end()
    })
  const handshake = async (headers: Fields) => {
    const client = open(t, url, undefined, { extraHeaders: { cookie, ...headers } })
    const outcome = await Promise.race([client.ready().then(() => 'ready'), client.refused()])
    client.socket.disconnect()
    return outcome
  }
  return async (own: boolean, cases: Fields[]) => {
    for (const headers of cases) {
      const what = JSON.stringify(headers)
      t.equal(await change(headers), own ? 404 : 403, what)
      t.equal(await handshake(headers), own ? 'ready' : 'unauthorized', `${what}, by WebSocket`)
    }
  }
}

t.test("without a trusted proxy, Host decides which origin is the server's own", async (t) => {
  const check = await setup(t, false)
  await check(true, [
    { host: 'shop.example', origin: 'https://shop.example' },
    { host: 'shop.example', origin: 'http://shop.example' },
    { host: 'shop.example:443', origin: 'https://shop.example' },
    { host: 'shop.example:80', origin: 'http://shop.example' },
    { host: 'shop.example:8443', origin: 'https://shop.example:8443' },
    { host: 'SHOP.example', origin: 'https://shop.example' },
    { host: '[2001:db8::1]:8080', origin: 'http://[2001:db8::1]:8080' },
    { host: 'shop.example', origin: ALLOWED },
  ])
  await check(false, [
    { host: 'shop.example', origin: 'https://evil.example' },
    { host: 'shop.example', origin: 'https://shop.example.evil.example' },
    { host: 'shop.example', origin: 'https://shop.example:8443' },
    { host: 'shop.example:80', origin: 'https://shop.example' },
    { host: 'shop.example', origin: 'null' },
    { host: 'shop.example', origin: 'ftp://shop.example' },
    { host: 'shop.example', origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
    { host: 'shop.example', origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' },
    { host: 'shop.example', origin: 'https://shop.example:8443', 'sec-fetch-site': 'same-site' },
  ])
})

t.test("behind a trusted proxy, the forwarded host decides which origin is the server's own", async (t) => {
  const check = await setup(t, (_address, hop) => hop < 1)
  const rewritten = { host: '127.0.0.1:3000' }
  await check(true, [
    { ...rewritten, 'x-forwarded-host': 'shop.example', origin: 'https://shop.example' },
    { ...rewritten, 'x-forwarded-host': 'shop.example:8443', origin: 'https://shop.example:8443' },
    { ...rewritten, 'x-forwarded-host': 'shop.example, inner:8080', origin: 'https://shop.example' },
    { ...rewritten, 'x-forwarded-host': '', host: 'shop.example', origin: 'https://shop.example' },
    { host: 'shop.example', origin: 'https://shop.example:8443' }, // nginx's $host has no port
    { host: 'shop.example:443', 'x-forwarded-proto': 'https', origin: 'https://shop.example' },
    { host: 'shop.example', 'x-forwarded-proto': 'https', origin: 'https://shop.example' },
    { host: 'shop.example', 'x-forwarded-proto': 'http', origin: 'https://shop.example' }, // TLS ends at an outer proxy
    { host: 'shop.example', 'x-forwarded-proto': 'https, http', origin: 'https://shop.example' },
  ])
  await check(false, [
    { ...rewritten, 'x-forwarded-host': 'shop.example', origin: 'http://127.0.0.1:3000' },
    { ...rewritten, 'x-forwarded-host': 'shop.example:8443', origin: 'https://shop.example' },
    { ...rewritten, 'x-forwarded-host': 'evil@shop.example', origin: 'https://shop.example' },
    { host: 'shop.example', origin: 'https://evil.example:8443' },
    { host: 'shop.example', 'x-forwarded-proto': 'https', origin: 'http://shop.example' },
    { host: 'shop.example', 'x-forwarded-proto': 'HTTPS', origin: 'http://shop.example' },
  ])
})
