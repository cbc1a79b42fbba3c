import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import t, { type Test } from 'tap'
import type { Config } from '../../../src/config.js'
import { build, signIn } from '../../helpers/app.js'

const METRICS_TOKEN = 'a token of sixteen characters at least'

/** All spellings of the path with a route, or nearly so. */
const SPELLINGS = [
  '/metrics',
  '/metrics/',
  '//metrics',
  '/metrics//',
  '/./metrics',
  '/METRICS',
  '/%6detrics',
  '/metrics%2f',
  '/metrics?',
  '/metrics;x',
  '/x/../metrics',
  'http://x/metrics',
]

async function setup(t: Test, changes: Partial<Config> = {}) {
  const app = await build(t, changes)
  await app.listen({ port: 0, host: '0.0.0.0' })
  const { port } = app.server.address() as { port: number }
  /** Sends the request verbatim. @returns the status, and whether the response contains metrics. */
  const get = (path: string, fields: Record<string, string> = {}, host = '127.0.0.1') =>
    new Promise<{ status: number; metrics: boolean }>((resolve, reject) => {
      const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
      let answer = ''
      const socket = connect(port, host)
      socket.setEncoding('latin1').on('data', (chunk) => (answer += chunk))
      socket.on('error', reject).on('close', () =>
        resolve({
          status: Number(answer.slice(9, 12)),
          metrics: answer.includes('process_cpu_seconds_total'),
        }),
      )
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines.join('')}\r\n`)
    })
  return { app, get }
}

t.test('metrics are open to this machine, but not through a proxy', async (t) => {
  const { get } = await setup(t, { trustProxy: true })
  t.same(await get('/metrics'), { status: 200, metrics: true })
  for (const name of [
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'Forwarded',
    'X-Real-IP',
    'Via',
  ])
    for (const path of SPELLINGS) {
      const { status, metrics } = await get(path, { [name]: '127.0.0.1' })
      t.ok([401, 404].includes(status), `${path} ${status}`)
      t.notOk(metrics, path)
    }
})

const outer = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')

t.test(
  'from another address metrics require an admin',
  { skip: !outer && 'no other address here' },
  async (t) => {
    const { app, get } = await setup(t, { metricsToken: METRICS_TOKEN })
    const from = outer?.address
    for (const path of SPELLINGS) t.notOk((await get(path, {}, from)).metrics, path)
    const by = async (headers: Record<string, string>) => (await get('/metrics', headers, from)).status
    t.equal(await by({}), 401)
    t.equal(await by((await signIn(app)).headers), 403)
    t.equal(await by((await signIn(app, 'admin')).headers), 200)
    t.equal(await by({ authorization: `Bearer ${METRICS_TOKEN}` }), 200)
  },
)

t.test('a remote scraper sends METRICS_TOKEN', async (t) => {
  const forwarded = { 'x-forwarded-for': '203.0.113.1' }
  const { get } = await setup(t, { metricsToken: METRICS_TOKEN })
  const by = async (authorization: string) => (await get('/metrics', { ...forwarded, authorization })).status
  t.equal(await by(`Bearer ${METRICS_TOKEN}`), 200)
  for (const wrong of [
    '',
    METRICS_TOKEN,
    `Bearer ${METRICS_TOKEN}x`,
    `Basic ${METRICS_TOKEN}`,
    'Bearer undefined',
  ])
    t.equal(await by(wrong), 401, wrong)
  const { get: without } = await setup(t)
  t.equal((await without('/metrics', { ...forwarded, authorization: 'Bearer undefined' })).status, 401)
})
