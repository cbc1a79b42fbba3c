import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { build, signIn } from '../helpers/app.js'
import { freePort } from '../helpers/ports.js'
import { listen, open, token } from '../helpers/sockets.js'
import { missing, run, without } from '../helpers/topology/programs.js'

/** Starts a proxy on `port` that forwards to `node` (host and port), with its files in `dir`. */
type Proxy = (t: Test, at: { dir: string; port: number; node: string }) => Promise<unknown>

const nginx =
  (fields: Record<string, string>): Proxy =>
  (t, { dir, port, node }) => {
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    const file = join(dir, 'nginx.conf')
    const headers = Object.entries(fields).map(([name, value]) => `proxy_set_header ${name} ${value};`)
    writeFileSync(
      file,
      `pid ${dir}/pid; error_log stderr crit; events {}
       http {
         access_log off; ${paths.map((name) => `${name}_temp_path ${dir}/${name};`).join(' ')}
         server {
           listen 127.0.0.1:${port};
           location / {
             proxy_pass http://${node}; proxy_http_version 1.1; ${headers.join(' ')}
             proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
             proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
           }
         }
       }`,
    )
    const args = ['-e', 'stderr', '-p', dir, '-c', file, '-g', 'daemon off; master_process off;']
    return run(t, 'nginx', args, port)
  }

/** Apache with default settings: mod_proxy rewrites Host, and sends the original in X-Forwarded-Host. */
const apache: Proxy = (t, { dir, port, node }) => {
  const modules = ['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'proxy_wstunnel']
  const file = join(dir, 'apache.conf')
  writeFileSync(
    file,
    `ServerName shop.example
     ServerRoot ${dir}
     DefaultRuntimeDir ${dir}
     PidFile ${dir}/pid
     ErrorLog ${dir}/log
     Listen 127.0.0.1:${port}
     ${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
     ProxyPass / http://${node}/ upgrade=websocket
`,
  )
  // A single process, which stops at once.
  return run(t, 'apache2', ['-f', file, '-X'], port)
}

/** Caddy with deploy/Caddyfile, without the certificate that it would fetch. */
const caddy: Proxy = (t, { dir, port, node }) => {
  const file = join(dir, 'Caddyfile')
  const text = readFileSync(new URL('../../deploy/Caddyfile', import.meta.url), 'utf8')
  const own = text
    .replace('shop.example {', `http://127.0.0.1:${port} {`)
    .replace('reverse_proxy 127.0.0.1:3000', `reverse_proxy ${node}`)
  writeFileSync(file, own)
  return run(t, 'caddy', ['run', '--adapter', 'caddyfile', '--config', file], port)
}

const proxies: Record<string, Proxy> = {
  'nginx with $http_host': nginx({ Host: '$http_host', 'X-Forwarded-Proto': '$scheme' }),
  'nginx with $host, which has no port': nginx({ Host: '$host' }),
  'a proxy that rewrites Host': nginx({ Host: '$proxy_host', 'X-Forwarded-Host': '$http_host' }),
  Apache: apache,
  Caddy: caddy,
}

const skips = { Apache: missing('apache2'), Caddy: missing('caddy') }

for (const [name, start] of Object.entries(proxies))
  t.test(
    `behind ${name}, only a page of the shop may make changes and open sockets`,
    { skip: without('nginx') || skips[name as keyof typeof skips] },
    async (t) => {
      const app = await build(t, { trustProxy: (_address, hop) => hop < 1 })
      const node = new URL(await listen(app)).host
      const dir = mkdtempSync(join(tmpdir(), 'proxy-'))
      t.teardown(() => rmSync(dir, { recursive: true }))
      const port = await freePort()
      await start(t, { dir, port, node })
      const url = `http://127.0.0.1:${port}`
      const cookie = `access_token=${token(await signIn(app, 'admin'))}`
      const body = JSON.stringify({ name: 'Lamp', price: 1, stock: 1 })

      for (const [origin, own] of [
        [url, true],
        ['https://evil.example', false],
        [`http://${node}`, false],
      ] as const) {
        const headers = { cookie, origin, 'content-type': 'application/json' }
        const made = await fetch(`${url}/products`, { method: 'POST', headers, body })
        // Without the port, another port of the same host cannot be distinguished from the own origin.
        if (origin === `http://${node}` && name.includes('no port')) continue
        t.equal(made.status, own ? 201 : 403, origin)
        const client = open(t, `${url}/admin`, undefined, { extraHeaders: { cookie, origin } })
        const outcome = await Promise.race([client.ready().then(() => 'ready'), client.refused()])
        t.equal(outcome, own ? 'ready' : 'unauthorized', `${origin}, by WebSocket`)
        client.socket.disconnect()
      }
    },
  )

t.test('deploy/Caddyfile answers in place of a node that is gone', { skip: skips.Caddy }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'proxy-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const [port, gone] = [await freePort(), await freePort()]
  await caddy(t, { dir, port, node: `127.0.0.1:${gone}` })
  const answer = await fetch(`http://127.0.0.1:${port}/orders`, { method: 'POST', body: '{}' })
  t.equal(answer.status, 503)
  t.equal(answer.headers.get('content-type'), 'application/problem+json')
  t.equal(answer.headers.get('retry-after'), '1')
  t.match(await answer.json(), { type: '/problems/unavailable', status: 503 })
  for (const path of ['/metrics', '/metrics/'])
    t.equal((await fetch(`http://127.0.0.1:${port}${path}`)).status, 404, path)
})
