import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mariadb'
import t from 'tap'
import { loadConfig } from '../../src/config.js'
import { migrate, openDb } from '../../src/db/open.js'
import { RedisLink } from '../../src/redis/link.js'
import { createAuthority } from '../helpers/certificates.js'
import { freePort } from '../helpers/ports.js'
import { noRedis, startRedis, until } from '../helpers/redis-server.js'
import { without } from '../helpers/topology/programs.js'
import { startMariadb } from '../helpers/topology/services.js'

/** The name in the server's certificate, which is not the address it is reached at. */
const NAME = 'db.shop.test'

const parametersOf = (values: Record<string, string>) => new URLSearchParams(values).toString()

t.test(
  'a database is reached with an authority, a client certificate and a server name of their own',
  { skip: without('mariadbd', 'mariadb-install-db') },
  async (t) => {
    const { ca, issue } = createAuthority(t)
    const server = issue('server', `DNS:${NAME}`)
    const client = issue('client', 'DNS:client.shop.test')
    const files = [`--ssl-ca=${ca}`, `--ssl-cert=${server.cert}`, `--ssl-key=${server.key}`]
    const { port } = await startMariadb(t, files)
    const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' })
    t.teardown(() => connection.end())
    await connection.query("CREATE USER keeper@'%' IDENTIFIED BY 'secret' REQUIRE X509")
    await connection.query("GRANT ALL ON shop.* TO keeper@'%'")
    const urlOf = (values: Record<string, string>) =>
      `mysql://keeper:secret@127.0.0.1:${port}/shop?ssl=true&${parametersOf(values)}`
    const all = { ca, ...client, servername: NAME }

    const { ca: _ca, ...withoutCa } = all
    const { cert: _cert, key: _key, ...withoutClient } = all
    const { servername: _name, ...withoutName } = all
    const stranger = createAuthority(t)
    for (const [values, message] of [
      [withoutCa, /certificate/i],
      [{ ...all, ca: stranger.ca }, /certificate/i],
      [withoutName, /altname|certificate/i],
      [{ ...all, servername: 'db.other.test' }, /altname|certificate/i],
      [withoutClient, /the user or the password is wrong/], // MariaDB's wording
    ] as const)
      await t.rejects(migrate(urlOf(values), { patience: 0 }), message)

    await migrate(urlOf(all))
    const db = await openDb(urlOf(all))
    const [row] = await db.read.$queryRawUnsafe<{ Value: string }[]>("SHOW STATUS LIKE 'Ssl_cipher'")
    t.ok(row?.Value, 'the connection is encrypted')
    await db.close()
  },
)

t.test(
  'Redis is reached with an authority, a client certificate and a server name of their own',
  { skip: noRedis },
  async (t) => {
    const { ca, issue } = createAuthority(t)
    const server = issue('server', `DNS:${NAME}`)
    const client = issue('client', 'DNS:client.shop.test')
    const port = await freePort()
    const files = ['--tls-cert-file', server.cert, '--tls-key-file', server.key, '--tls-ca-cert-file', ca]
    await startRedis(t, ['--tls-port', String(port), ...files, '--tls-auth-clients', 'yes'])
    const open = async (values: Record<string, string>) => {
      const failures: string[] = []
      const link = new RedisLink({
        url: `rediss://127.0.0.1:${port}?${parametersOf(values)}`,
        prefix: () => 'stockroom:test:',
        onChange: (failure) => failure && failures.push(failure.message),
      })
      t.teardown(() => link.close())
      await link.start()
      return { link, failures }
    }
    const all = { ca, ...client, servername: NAME }
    const { cert: _cert, key: _key, ...withoutClient } = all
    const { servername: _name, ...withoutName } = all
    for (const [values, message] of [
      [withoutClient, /certificate required|ended|closed|reset/i],
      [withoutName, /altname|certificate/i],
      [{ ...all, ca: createAuthority(t).ca }, /certificate|issuer/i],
    ] as const) {
      const { link, failures } = await open(values)
      await until(() => failures.length > 0)
      t.match(failures[0], message)
      t.equal(link.up, false)
    }
    const { link } = await open(all)
    await until(() => link.up)
  },
)

t.test('a start names the file that cannot be used', async (t) => {
  const { dir, ca, issue } = createAuthority(t)
  const { cert, key } = issue('client', 'DNS:client.shop.test')
  const other = issue('other', 'DNS:other.shop.test')
  const text = join(dir, 'text.pem')
  writeFileSync(text, 'no certificate')
  const cases: [Record<string, string>, RegExp][] = [
    [{ ca: join(dir, 'none.pem') }, /names \S+none\.pem as "ca", which cannot be used: ENOENT/],
    [{ ca: text }, /names \S+text\.pem as "ca", which cannot be used: it has no certificate in PEM/],
    [{ ca: dir }, /as "ca", which cannot be used: it is not a regular file/],
    [{ ca, cert, key: text }, /names \S+text\.pem as "key", which cannot be used/],
    [
      { ca, cert, key: other.key },
      /names \S+other\.key as "key", which cannot be used: .*key values mismatch/,
    ],
    [{ ca, cert }, /has only one of the parameters "cert" and "key"/],
    [{ ca, servername: '' }, /has the parameter "servername" without a value/],
  ]
  for (const [values, message] of cases) {
    const parameters = parametersOf(values)
    t.throws(() => loadConfig({ DATABASE_URL: `mysql://ada:secret@h/shop?ssl=true&${parameters}` }), message)
    t.throws(() => loadConfig({ REDIS_URL: `rediss://:secret@h?${parameters}` }), message)
  }
  const good = `rediss+sentinel://:secret@a,b/main?${parametersOf({ ca, cert, key, servername: NAME })}`
  t.equal(loadConfig({ REDIS_URL: good }).redisUrl, good)
})
