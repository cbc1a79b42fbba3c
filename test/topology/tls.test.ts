import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { basename } from 'node:path'
import { type ConnectionOptions, connect } from 'node:tls'
import t from 'tap'
import { build, signIn } from '../helpers/app.js'
import { createAuthority } from '../helpers/certificates.js'
import { dial, get } from '../helpers/raw-connection.js'
import { listen, open, token } from '../helpers/sockets.js'
import { without } from '../helpers/topology/programs.js'
import { startNginx } from '../helpers/topology/services.js'

const guide = readFileSync(new URL('../../docs/deploying.md', import.meta.url), 'utf8')
const [, lines = ''] = /```nginx\n(listen 8443 ssl;.*?)```/s.exec(guide) ?? []

t.test('TLS in nginx, as docs/deploying.md describes', { skip: without('nginx') }, async (t) => {
  const app = await build(t, { production: true, trustProxy: (_address, hop) => hop < 1 })
  const node = await listen(app)
  const authority = createAuthority(t)
  const { cert, key } = authority.issue('shop', 'IP:127.0.0.1')
  const tls = lines
    .replace('8443', '8080')
    .replace('/etc/stockroom/tls/fullchain.pem', basename(cert))
    .replace('/etc/stockroom/tls/privkey.pem', basename(key))
  const plain = await startNginx(t, authority.dir, [node, node, node], (conf) =>
    conf.replace('listen 8080;', tls),
  )
  const { port, host } = new URL(plain)
  const ca = readFileSync(authority.ca)

  /** Returns the protocol and cipher negotiated with `options`, or the error code. */
  const handshake = async (options: ConnectionOptions) => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', ca, ...options })
    const outcome = await once(socket, 'secureConnect').then(
      () => `${socket.getProtocol()} ${socket.getCipher().standardName}`,
      (error) => `refused: ${error.code}`,
    )
    socket.destroy()
    return outcome
  }
  /** Options of a client accepting any cipher. */
  const old = (ciphers: string, version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2') =>
    handshake({ ciphers: `${ciphers}:@SECLEVEL=0`, minVersion: version, maxVersion: version })

  await t.test('versions before 1.2 are refused, and 1.3 is preferred', async (t) => {
    for (const version of ['TLSv1', 'TLSv1.1'] as const)
      t.match(await old('ALL', version), /^refused/, version)
    t.match(await old('ALL', 'TLSv1.2'), /^TLSv1\.2 /)
    t.match(await handshake({}), /^TLSv1\.3 /)
  })

  await t.test(
    'a cipher is authenticated, forward secret, and the strongest that the client supports',
    async (t) => {
      for (const weak of [
        'AES256-SHA',
        'AES256-GCM-SHA384',
        'ECDHE-RSA-AES128-SHA',
        'ECDHE-RSA-AES256-SHA384',
        'NULL',
        'aNULL',
      ])
        t.match(await old(weak, 'TLSv1.2'), /^refused/, weak)
      const reversed = 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384'
      t.match(await old(reversed, 'TLSv1.2'), /AES_256_GCM_SHA384$/)
    },
  )

  await t.test('plain HTTP is refused, and not redirected', async (t) => {
    const client = dial(t, Number(port))
    client.socket.write(get('/auth/login', 'Connection: close\r\n'))
    const answer = await client.all()
    t.match(answer, /^HTTP\/1\.1 400 /)
    t.match(answer, /^Content-Type: application\/problem\+json/m)
    t.notMatch(answer, /^location:/im)
  })

  await t.test('cookies, pages and WebSockets work over TLS, from its own origin only', async (t) => {
    const cookie = `__Host-access_token=${token(await signIn(app, 'admin'))}`
    const change = (origin: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { cookie, origin }
        request(
          { host: '127.0.0.1', port, path: '/auth/sessions/x', method: 'DELETE', headers, ca },
          (answer) => {
            t.equal(answer.headers['strict-transport-security'], 'max-age=31536000; includeSubDomains')
            resolve(answer.resume().statusCode)
          },
        )
          .on('error', reject)
          .end()
      })
    for (const [origin, own] of [
      [`https://${host}`, true],
      [`http://${host}`, false],
    ] as const) {
      t.equal(await change(origin), own ? 404 : 403, origin)
      const options = { ca: String(ca), extraHeaders: { cookie, origin } }
      const client = open(t, `wss://${host}/admin`, undefined, options)
      const outcome = await Promise.race([client.ready().then(() => 'ready'), client.refused()])
      t.equal(outcome, own ? 'ready' : 'unauthorized', `${origin}, by WebSocket`)
      client.socket.disconnect()
    }
  })
})
