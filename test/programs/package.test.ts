import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { emptyFolder } from '../helpers/empty-folder.js'
import { root } from '../helpers/pages.js'
import { freePort } from '../helpers/ports.js'
import { adminOf, makeProduct } from '../helpers/process.js'

const run = promisify(execFile)
const MIB = 1024 * 1024

/** Without the settings of the tests, and of the npm that runs them. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|DATABASE_URL$|TAP)/i.test(name)),
)
const options = { env: environment, maxBuffer: 64 * MIB, shell: process.platform === 'win32' }

interface PackedFile {
  path: string
  size: number
}

let tarball = ''
let files: PackedFile[] = []

t.before(async () => {
  const dir = emptyFolder(t)
  await run('npm', ['run', '--silent', 'pack', '--', dir], { ...options, cwd: root })
  tarball = join(dir, readdirSync(dir).find((name) => name.endsWith('.tgz')) ?? '')
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', tarball], { ...options, cwd: dir })
  ;[{ files }] = JSON.parse(stdout) as [{ files: PackedFile[] }]
})

t.test('the package has what a shop needs to run, and nothing else', async (t) => {
  const paths = files.map(({ path }) => path)
  for (const path of [
    'dist/stockroom.js',
    'dist/client.d.ts',
    'dist/dashboard/index.html',
    'README.md',
    'LICENSE',
    'NOTICE',
  ])
    t.ok(paths.includes(path), path)
  for (const provider of ['sqlite', 'mysql'])
    t.equal(
      paths.filter((path) => path.startsWith(`prisma/${provider}/migrations/`)).length,
      readdirSync(join(root, `prisma/${provider}/migrations`)).length,
    )
  t.same(
    paths.filter((path) => !/^(dist\/|prisma\/|[A-Z]+(\.md)?$|package\.json$|\.env\.example$)/.test(path)),
    [],
  )
  t.same(
    paths.filter((path) => /\.map$|\.ts$/.test(path) && !path.endsWith('.d.ts')),
    [],
  )
  const size = files.reduce((sum, file) => sum + file.size, 0)
  t.comment(`${(readFileSync(tarball).length / MIB).toFixed(1)} MiB, ${(size / MIB).toFixed(1)} MiB unpacked`)
  t.ok(size < 16 * MIB, `${size} bytes`)
})

t.test('the manifest lists every package that the program loads, and no other', async (t) => {
  const dir = emptyFolder(t)
  await run('tar', ['-xzf', tarball, '-C', dir], options)
  const folder = join(dir, 'package')
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  t.same(
    ['private', 'scripts', 'devDependencies', 'imports', 'overrides'].filter((name) => name in manifest),
    [],
  )
  const loaded = new Set<string>()
  for (const name of readdirSync(join(folder, 'dist')).filter((each) => /\.m?js$/.test(each))) {
    const text = readFileSync(join(folder, 'dist', name), 'utf8')
    const imports = [
      ...text.matchAll(/^(?:import|export)\b[^'"\n]*["']([^'"\n]+)["'];?$/gm),
      ...text.matchAll(/\bimport\(["']([^"']+)["']\)/g),
    ]
    for (const [, from = ''] of imports)
      if (!/^(\.|node:)/.test(from) && !builtinModules.includes(from))
        loaded.add(
          from
            .split('/')
            .slice(0, from.startsWith('@') ? 2 : 1)
            .join('/'),
        )
  }
  const listed = Object.keys(manifest.dependencies)
  t.same([...loaded].filter((name) => !listed.includes(name)).toSorted(), [])
  t.same(Object.keys(manifest.optionalDependencies), ['better-sqlite3-12', 'better-sqlite3-13'])
})

t.test('publint and attw find nothing to complain about', async (t) => {
  const dir = emptyFolder(t)
  await run('tar', ['-xzf', tarball, '-C', dir], options)
  const bin = (name: string) => join(root, 'node_modules/.bin', name)
  const linted = await run(bin('publint'), ['run', '--strict', join(dir, 'package')], {
    ...options,
    cwd: root,
  })
  t.match(linted.stdout, /All good!/)
  // An ES module alone: requiring it needs Node 20.19, the oldest supported release.
  const checked = await run(bin('attw'), [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'], {
    ...options,
    cwd: root,
  })
  t.match(checked.stdout, /node16 \(from ESM\) │ OK \(ESM\) +│ OK \(ESM\)/)
})

/** Starts a program of the package in `dir`, and resolves once it reports serving. */
async function start(t: Test, dir: string, command: string, args: string[], serves: RegExp, env = {}) {
  const child = spawn(command, args, {
    cwd: dir,
    env: { ...environment, BCRYPT_COST: '4', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk
        if (serves.test(output)) resolve()
      })
    child.once('exit', () => reject(new Error(output)))
  })
  return { child, output: () => output }
}

let installed = ''

t.test('it installs in an empty folder', async (t) => {
  installed = mkdtempSync(join(tmpdir(), 'stockroom-package-'))
  const began = performance.now()
  writeFileSync(join(installed, 'package.json'), '{"type":"module"}')
  const flags = ['--prefer-offline', '--no-audit', '--no-fund']
  await run('npm', ['install', ...flags, tarball], { ...options, cwd: installed })
  t.comment(`installed in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  t.notOk(existsSync(join(installed, 'node_modules/prisma')))
  // For the example of the plugin.
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  await run('npm', ['install', ...flags, `fastify@${devDependencies.fastify}`], {
    ...options,
    cwd: installed,
  })
})
t.teardown(() => rmSync(installed, { recursive: true, force: true, maxRetries: 5 }))

const compile = (dir: string, file: string) => {
  const compilerOptions = {
    module: 'NodeNext',
    target: 'ES2022',
    lib: ['ES2023', 'DOM', 'DOM.AsyncIterable', 'DOM.Iterable'],
    strict: true,
    types: [],
  }
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
  return run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', dir], options).catch(
    (error: { stdout: string }) => error,
  )
}

t.test('it starts and takes an order through its client, which has types', async (t) => {
  const dir = installed
  const port = await freePort()
  const bin = join(dir, 'node_modules/.bin/stockroom')
  const { child, output } = await start(t, dir, bin, ['start'], /Stockroom is at[\s\S]*password +\S+\n/, {
    PORT: String(port),
  })
  const url = `http://127.0.0.1:${port}`
  const headers = await adminOf({ url, output } as never)
  const productId = await makeProduct(url, headers, 2)
  for (const page of ['/admin', '/docs/json', '/docs']) t.equal((await fetch(url + page)).status, 200, page)

  writeFileSync(
    join(dir, 'order.ts'),
    `import { createClient, openStream, orThrow, type AnyEvent } from 'stockroom/client'
const shop = createClient({ url: '${url}', auth: 'tokens' })
await shop.signIn({ email: 'admin@example.com', password: '${/password +(\S+)/.exec(output())?.[1]}' })
const order = await orThrow(shop.POST('/orders', { body: { productId: '${productId}', quantity: 1 } }))
const status: 'pending' | 'confirmed' | 'shipped' | 'delivered' | 'cancelled' = order.status
// @ts-expect-error: an order has no such field
order.colour
const told = (event: AnyEvent) => event.offset
console.log(status, order.totalPrice, typeof openStream, typeof told)
`,
  )
  t.equal((await compile(dir, 'order.ts')).stdout, '')
  const ordered = await run(process.execPath, ['order.js'], { ...options, cwd: dir })
  t.equal(ordered.stdout, 'pending 24.5 function function\n')

  child.kill('SIGTERM')
  t.same(await once(child, 'exit'), [0, null])
  const verified = await run(bin, ['verify'], { ...options, cwd: dir })
  t.equal(verified.stdout.match(/^ok/gm)?.length, 7)
})

t.test('the example of the plugin runs on it, and its types hold', async (t) => {
  const dir = installed
  writeFileSync(join(dir, 'server.mjs'), readFileSync(join(root, 'examples/plugin/server.mjs')))
  const port = await freePort()
  const env = { PORT: String(port), SHOP_DATABASE: `file:${join(dir, 'lamps.db')}` }
  const { child } = await start(t, dir, process.execPath, ['server.mjs'], /Server listening/, env)
  const call = async (path: string, who: string, body?: object) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { 'x-user': who, 'content-type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  t.match(await call('/', 'ada'), { status: 200, body: { hello: /A page of your own/ } })
  const lamp = await call('/shop/products', 'grace', { name: 'Lamp', price: 10, stock: 20 })
  t.equal(lamp.status, 201)
  const order = (quantity: number) => call('/shop/orders', 'ada', { productId: lamp.body.id, quantity })
  t.match(await order(3), { status: 201, body: { unitPrice: 9, totalPrice: 27 } })
  t.match(await order(11), {
    status: 409,
    body: { detail: 'At most ten to a customer.', reason: 'too-many' },
  })
  child.kill('SIGKILL')

  writeFileSync(
    join(dir, 'typed.ts'),
    `import Fastify from 'fastify'
import stockroom, { type BeforeOrder, type OrderRuling } from 'stockroom'
const rule: BeforeOrder = ({ quantity, product }): OrderRuling => (quantity > 3 ? { price: product.price / 2 } : undefined)
const app = Fastify()
await app.register(stockroom, { prefix: '/a', settings: { PORT: '1' }, beforeOrder: rule, authenticate: (request) => ({ email: request.id, name: 'x', role: 'staff' }) })
// @ts-expect-error: there is no such role
await app.register(stockroom, { authenticate: () => ({ email: 'a', name: 'x', role: 'owner' }) })
`,
  )
  t.equal((await compile(dir, 'typed.ts')).stdout, '')
})
