import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createAuthority } from '../helpers/certificates.js'
import { freePort } from '../helpers/ports.js'
import { noRateLimits, spawnServer, startServer } from '../helpers/process.js'
import { noRedis, startRedis, until } from '../helpers/redis-server.js'
import { without } from '../helpers/topology/programs.js'
import { startMariadb } from '../helpers/topology/services.js'

const OURS = 'IP:127.0.0.1'
const ANOTHERS = 'DNS:db.other.test'

t.test(
  'a TLS connection to the database requires a trusted certificate with its own name',
  { skip: without('mariadbd', 'mariadb-install-db') },
  async (t) => {
    const authority = createAuthority(t)
    const { dir } = authority
    const own = authority.issue('own', OURS)
    const another = authority.issue('another', ANOTHERS)
    const start = async ({ cert, key }: typeof own) => {
      const options = [`--ssl-cert=${cert}`, `--ssl-key=${key}`, '--require-secure-transport=ON']
      return (await startMariadb(t, options)).url
    }
    const [url, impostor] = [await start(own), await start(another)]
    const trusted = { NODE_EXTRA_CA_CERTS: authority.ca }
    const refused: [string, Record<string, string>, RegExp][] = [
      [`${url}?ssl=true`, {}, /cannot be used: .*certificate/i],
      [`${impostor}?ssl=true`, trusted, /cannot be used: .*(altname|certificate)/i],
      [url, trusted, /cannot be used: the user or the password is wrong/], // MariaDB's wording
    ]
    for (const [i, [DATABASE_URL, more, reason]] of refused.entries()) {
      const cwd = join(dir, String(i))
      mkdirSync(cwd)
      const { ended, output } = spawnServer(t, cwd, { DATABASE_URL, DB_WAIT: '1', ...more })
      t.equal(await ended, 1, String(reason))
      t.match(output(), reason)
    }
    mkdirSync(join(dir, 'used'))
    const server = await startServer(t, join(dir, 'used'), { DATABASE_URL: `${url}?ssl=true`, ...trusted })
    t.equal((await fetch(`${server.url}/health/ready`)).status, 200)
    t.equal(await server.stop(), 0)
  },
)

t.test(
  'a TLS connection to Redis requires a trusted certificate with its own name',
  { skip: noRedis },
  async (t) => {
    const authority = createAuthority(t)
    const { dir } = authority
    const start = async ({ cert, key }: ReturnType<typeof authority.issue>) => {
      const port = await freePort()
      const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', authority.ca]
      await startRedis(t, ['--tls-port', String(port), ...files, '--tls-auth-clients', 'no'])
      return `rediss://127.0.0.1:${port}`
    }
    const own = await start(authority.issue('own', OURS))
    const impostor = await start(authority.issue('another', ANOTHERS))
    const trusted = { NODE_EXTRA_CA_CERTS: authority.ca }
    for (const [name, REDIS_URL, more, used] of [
      ['untrusted', own, {}, false],
      ['impostor', impostor, trusted, false],
      ['used', own, trusted, true],
    ] as const) {
      mkdirSync(join(dir, name))
      const server = await startServer(t, join(dir, name), { REDIS_URL, ...more, ...noRateLimits })
      const isUp = async () => /^redis_up 1$/m.test(await (await fetch(`${server.url}/metrics`)).text())
      if (used) while (!(await isUp()));
      else
        await until(
          () => /"msg":"Redis [^"]*"/.test(server.output()) && /certificate|altname/i.test(server.output()),
        )
      t.equal(await isUp(), used, name)
      t.equal(await server.stop(), 0)
    }
  },
)
