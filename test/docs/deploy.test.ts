import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startServer } from '../helpers/process.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(root + file, 'utf8')

/** Returns the section of a service in docker-compose.yml. */
function serviceOf(name: string): string {
  const [, text] =
    new RegExp(`^  ${name}:\\n((?: {4}.*\\n|\\n)+)`, 'm').exec(read('docker-compose.yml')) ?? []
  if (text === undefined) throw new Error(`there is no service ${name}`)
  return text
}

t.test('the image contains the program and its dependencies, without build tools or history', async (t) => {
  const [, , final = ''] = read('Dockerfile')
    .split(/^FROM /m)
    .slice(1)
  const copied = [...final.matchAll(/^COPY --from=\w+ \/app\/(\S+)/gm)].map(([, path]) => path)
  t.same(copied.toSorted(), [
    'NOTICE',
    'dist',
    'node_modules',
    'node_modules/better-sqlite3-13/lib',
    'node_modules/better-sqlite3-13/package.json',
    'node_modules/better-sqlite3-13/prebuilds/linux-*.node',
    'package.json',
    'prisma/mysql/migrations',
    'prisma/sqlite/migrations',
  ])
  t.match(final, /^ENV NODE_ENV=production/m)
  t.match(final, /^USER node$/m)
  const ignored = read('.dockerignore').split('\n')
  for (const path of ['.git', '.env', 'data', 'backups']) t.ok(ignored.includes(path), path)
  const untracked = read('.gitignore').split('\n')
  for (const path of ['.env', 'data/', 'backups/', 'backup.cnf']) t.ok(untracked.includes(path), path)
  const built = readdirSync(`${root}dist`).filter(
    (name) => /^[\w-]+\.m?js$/.test(name) && !/-[\w-]{8}\.js$/.test(name),
  )
  t.notOk(
    built.some((name) => /seed|demo|bench|test/.test(name)),
    `${built}`,
  )
})

t.test('containers run without privileges, and the database and Redis publish no port', async (t) => {
  const compose = read('docker-compose.yml')
  const [, node = ''] = /^x-node: &node\n((?: {2}.*\n)+)/m.exec(compose) ?? []
  const services = {
    node,
    balancer: serviceOf('balancer'),
    mysql: serviceOf('mysql'),
    redis: serviceOf('redis'),
  }
  for (const [name, text] of Object.entries(services)) {
    t.match(text, /cap_drop: \[ALL\]/, name)
    t.match(text, /no-new-privileges:true/, name)
    t.match(text, /mem_limit: /, name)
    t.match(text, /pids_limit: /, name)
    if (name !== 'mysql') t.match(text, /read_only: true/, name)
    t.equal(/^ +ports:/m.test(text), name === 'balancer', `${name} publishes a port`)
  }
  t.match(services.mysql, /networks: \[back\]/)
  t.match(services.redis, /networks: \[back\]/)
  t.match(services.balancer, /networks: \[front\]/)
  t.match(compose, /^ {2}back:\n {4}internal: true$/m)
})

t.test('no secret has a default value, and none is stored in a file', async (t) => {
  const compose = read('docker-compose.yml')
  for (const name of ['JWT_SECRET', 'MYSQL_PASSWORD', 'REDIS_PASSWORD', 'ADMIN_PASSWORD']) {
    const uses = [...compose.matchAll(new RegExp(`\\$\\{${name}([^}]*)\\}`, 'g'))]
    t.ok(uses.length > 0, name)
    for (const [use, rest = ''] of uses) t.match(rest, /^:\?/, `${use} is required`)
  }
  t.match(compose, /MYSQL_RANDOM_ROOT_PASSWORD: 'yes'/)
  const tracked = execFileSync('git', ['ls-files', '.env*', '*.pem', '*.key', 'data'], {
    cwd: root,
    encoding: 'utf8',
  })
  t.same(tracked.trim().split('\n'), ['.env.example'])
  t.notMatch(read('.env.example'), /^[A-Z_]+=\S/m)
})

t.test('nginx passes requests to the nodes, caches nothing, and redirects nobody', async (t) => {
  const conf = read('deploy/nginx.conf')
  t.same(
    new Set(conf.match(/proxy_pass .*/g)),
    new Set(['proxy_pass http://stockroom;', 'proxy_pass http://stockroom_sockets;']),
  )
  t.notMatch(conf, /^\s*(proxy_cache|root|alias|autoindex|rewrite|return 3\d\d)\b/m)
  t.match(conf, /server_tokens off;/)
})

t.test('every package comes from the npm registry with an integrity hash, and is listed', async (t) => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { resolved?: string; integrity?: string; link?: boolean; version?: string }>
  }
  const installed = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  )
  t.ok(installed.length > 100)
  for (const [path, { resolved, integrity }] of installed) {
    // Bundled packages come with the package containing them.
    if (resolved === undefined) continue
    t.match(resolved, /^https:\/\/registry\.npmjs\.org\//, path)
    t.match(integrity, /^sha512-/, path)
  }
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
  for (const [name, version] of Object.entries(dependencies)) t.match(version, /^\d+\.\d+\.\d+$/, name)
})

t.test('a server writes to its data folder and to standard output only', async (t) => {
  const dir = t.testdir()
  const server = await startServer(t, dir, { LOG_LEVEL: 'info' })
  await fetch(`${server.url}/orders`)
  t.equal(await server.stop(), 0)
  t.match(server.output(), /"event":"authz_fail"/)
  t.same(readdirSync(dir), ['data'])
  t.same(
    readdirSync(`${dir}/data`).filter(
      (name) => !/^(stockroom\.db.*|jwt-secret|.*\.log-position)$/.test(name),
    ),
    [],
  )
})
