import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { adminOf, makeProduct, noRateLimits, startServer } from '../helpers/process.js'

const run = promisify(execFile)
const client = new URL('../../dist/client.js', import.meta.url).href

/** What a program does with the client: it signs in, is refused, orders, reads pages, refreshes and follows its order. */
const PROGRAM = `
import { createClient, isProblem } from ${JSON.stringify(client)}
const [url, productId] = process.argv.slice(2)
let kept
const storage = { load: () => kept, save: (tokens) => { kept = tokens } }
const shop = createClient({ url, storage })
const name = 'Ada', email = 'ada' + process.pid + '@shop.test', password = 'correct horse battery'
const refused = await shop.signIn({ email, password }).catch((error) => error)
await shop.POST('/auth/register', { body: { name, email, password } })
await shop.signIn({ email, password })
const stream = shop.live({ namespace: '/', onReset: () => shop.POST('/orders', { body: { productId, quantity: 1 } }) })
let followed
for await (const { type } of stream) { followed = type; break }
stream.close()
const { error } = await shop.POST('/orders', { body: { productId, quantity: 10_000 } })
const first = kept.refreshToken
kept = { ...kept, accessToken: 'expired' }
const orders = []
for await (const { quantity } of shop.pages('/orders', { query: { limit: 1 } })) orders.push(quantity)
console.log(JSON.stringify({
  refused: isProblem(refused, '/problems/invalid-credentials'),
  followed,
  error: error.type,
  refreshed: kept.accessToken !== 'expired' && kept.refreshToken !== first,
  orders,
}))
process.exit()
`

const RUNTIMES = {
  Node: [process.execPath],
  Bun: [process.env.BUN || 'bun', 'run'],
  Deno: [process.env.DENO || 'deno', 'run', '--allow-all', '--node-modules-dir=manual', '--no-lock'],
} satisfies Record<string, [string, ...string[]]>

t.setTimeout(120_000)

for (const [name, [program, ...args]] of Object.entries(RUNTIMES)) {
  const { status } = spawnSync(program, ['--version'])
  t.test(`the client works in ${name}`, { skip: status !== 0 && `${name} is not installed` }, async (t) => {
    const dir = t.testdir({ server: {}, 'program.mjs': PROGRAM })
    const server = await startServer(t, `${dir}/server`, noRateLimits)
    const productId = await makeProduct(server.url, await adminOf(server), 5)
    const { NODE_OPTIONS: _, ...env } = process.env
    const { stdout } = await run(program, [...args, `${dir}/program.mjs`, server.url, productId], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env,
    })
    t.same(JSON.parse(stdout), {
      refused: true,
      followed: 'order:created',
      error: '/problems/insufficient-stock',
      refreshed: true,
      orders: [1],
    })
  })
}
