import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Environment } from '../../src/config/environment.js'
import { codeUnder, read, root, sh } from '../helpers/pages.js'
import { startServer } from '../helpers/process.js'

const readme = read('README.md')

t.test("the README's tour works as written", async (t) => {
  const dir = t.testdir()
  const server = await startServer(t, dir)
  const [, password = ''] = /password +(\S+)/.exec(server.output()) ?? []
  const tour = codeUnder('README.md', 'Tour')
    .replace('http://127.0.0.1:3000', server.url)
    .replace('the-password-that-was-printed', password)
  t.ok(tour.includes(server.url) && tour.includes(password))
  const { code, output, errors } = await sh(`TOKEN=\n${tour}`, dir)
  t.match({ code, errors }, { code: 0, errors: '' })

  t.same(output.match(/(?<=^HTTP\/1\.1 )\d+/gm), ['201', '201', '409'], 'two for one order, and one refused')
  t.match(output, /^idempotent-replayed: true\r$/m)
  t.same(output.match(/(?<="stock":)\d+/g), ['1', '1'])
  t.match(output, /"type":"\/problems\/insufficient-stock",.*"requested":1,"available":0/)
  t.equal(output.match(/"status":"cancelled"/g)?.length, 2)
  const events = [
    'user:created',
    'product:created',
    'user:created',
    'order:created',
    'stock:changed',
    'order:created',
    'stock:changed',
    'order:updated',
    'stock:changed',
  ]
  t.ok(output.endsWith(`\n${events.map((type, i) => `${i + 1} ${type}\n`).join('')}`), output.slice(-300))
})

t.test('the commands of the runbook show readiness, and find a request in the log', async (t) => {
  const dir = t.testdir()
  const server = await startServer(t, dir, { LOG_LEVEL: 'info' })
  const ready = codeUnder('docs/runbook.md', 'A node does not become ready')
  t.match(await sh(ready.replace('http://127.0.0.1:3000', server.url), dir), {
    code: 0,
    output: '{"status":"ok"}',
  })

  const refusal = (await (await fetch(`${server.url}/orders`)).json()) as { instance: string }
  t.equal(await server.stop(), 0)
  const log = join(dir, 'stockroom.log')
  writeFileSync(log, server.output())
  const find = codeUnder('docs/runbook.md', 'Read the logs')
    .replace('REQUEST-ID', refusal.instance)
    .replace('stockroom.log', `'${log}'`)
  t.match(await sh(find, root), { code: 0, output: /reqId.*\n|unauthenticated/ })
})

t.test('the commands of docs/scaling.md create every secret that docker-compose.yml needs', async (t) => {
  const dir = t.testdir()
  const commands = codeUnder('docs/scaling.md', 'Many nodes')
  const [secrets = '', docker = ''] = commands.split(/^(?=docker )/m)
  t.equal(docker, 'docker compose up --build --wait\n')
  t.match(await sh(secrets, dir), { code: 0, errors: '' })
  const { output } = await sh('cat .env', dir)
  const made = [...output.matchAll(/^([A-Z_]+)=\S{12,}$/gm)].map(([, name]) => name)
  const needed = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name)
  t.same(new Set(made), new Set(needed))
})

t.test('the README, docs/configuration.md and .env.example match the settings and scripts', async (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  for (const [, script = ''] of readme.matchAll(/npm run ([\w:]+)/g)) t.ok(scripts[script], script)

  const settings = Object.keys(Environment.properties).toSorted()
  const example = read('.env.example')
  const described = [...example.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name)
  t.same(described.toSorted(), settings, '.env.example has every setting')
  const rows = [...read('docs/configuration.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name)
  t.same(rows.toSorted(), settings, 'docs/configuration.md has a row for every setting')
  for (const [name = ''] of readme.matchAll(/(?<=`)[A-Z]+_[A-Z_]+(?=[`=])/g))
    t.ok(settings.includes(name), name)
  for (const text of [readme, read('docs/configuration.md')])
    for (const [, name, value] of text.matchAll(/^\| `(\w+)` \| `(\S+)` \|/gm))
      t.match(example, new RegExp(`^# ${name}=${value}(\\s|$)`, 'm'), `the default of ${name} is ${value}`)
})

t.test('the README is short, and docs/README.md lists every page', async (t) => {
  t.ok(readme.split('\n').length <= 150)
  const { output } = await sh('ls docs/*.md docs/decisions/*.md', root)
  const index = read('docs/README.md')
  for (const page of output.trim().split('\n')) {
    const link = page.replace('docs/', '')
    if (link !== 'README.md') t.ok(index.includes(`](${link})`), page)
  }
})
