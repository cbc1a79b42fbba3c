import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { CONTEXT_WORDS } from '../../src/accounts/passwords/own-words.js'
import { boundedEvents, securityEvents } from '../../src/security-log/events.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const LEVELS = { info: '30', warn: '40', error: '50' }

t.test('every file that uses cryptography is in docs/security/keys.md', async (t) => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(ts|mjs)$/.test(path) && !path.startsWith('generated/'))
    .filter((path) =>
      /from '(node:crypto|bcrypt|fast-jwt|@fastify\/jwt|node:tls)'/.test(
        read(`src/${path}`).replace(/^import type .*$/gm, ''),
      ),
    )
  const [, algorithms = ''] = read('docs/security/keys.md').split('## Algorithms')
  const named = [...algorithms.matchAll(/`([\w/-]+\.(?:ts|mjs))`/g)].map(([, path]) => path)
  t.same(named.toSorted(), files.toSorted())
})

t.test('every column of the database has one class in docs/security/data.md', async (t) => {
  const [, table = ''] = read('docs/security/data.md').split('## Columns')
  const classified = [...table.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(
    ([, model = '', cells = '']) =>
      [model, [...cells.matchAll(/`(\w+)`/g)].map(([, column]) => column).toSorted()] as const,
  )
  const models = [...read('prisma/models.prisma').matchAll(/^model (\w+) \{\n(.*?)^\}/gms)].map(
    ([, model = '', body = '']) =>
      [
        model,
        [...body.matchAll(/^ {2}(\w+) +(?:String|Int|BigInt|DateTime|Boolean|Float|Json|Bytes|Decimal)\b/gm)]
          .map(([, column]) => column)
          .toSorted(),
      ] as const,
  )
  t.ok(models.length >= 10)
  t.same(new Map(classified), new Map(models))
})

t.test(
  'an erasure deletes the rows of every table about a user, except those that stay on purpose',
  async (t) => {
    // Sessions are ended and cleared by src/accounts/sessions/; the others refer to the row that stays.
    const STAYING = ['Session', 'StockAdjustment', 'Event']
    const models = [...read('prisma/models.prisma').matchAll(/^model (\w+) \{\n(.*?)^\}/gms)]
    const aboutUsers = models.flatMap(([, model = '', body = '']) =>
      / userId +String/.test(` ${body}`) && !STAYING.includes(model) ? [model] : [],
    )
    t.ok(aboutUsers.length >= 7)
    const erasure = read('src/accounts/users/erase-user.ts')
    const table = (model: string) => model.charAt(0).toLowerCase() + model.slice(1)
    const missing = aboutUsers.filter(
      (model) => !new RegExp(`tx\\.${table(model)}\\.(deleteMany|updateMany)`).test(erasure),
    )
    t.same(missing, [])
  },
)

t.test('docs/security-log.md lists every event with its level', async (t) => {
  const [, table = ''] = read('docs/security-log.md').split('## Events')
  const rows = [...(table.split('\n## ')[0] ?? '').matchAll(/^\| ((?:`\w+`(?:, )?)+) \| (\d+) \|/gm)]
  const described = rows.flatMap(([, names = '', level]) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name]) => [name, level] as const),
  )
  const events = Object.entries(securityEvents).map(([name, level]) => [name, LEVELS[level]] as const)
  t.same(new Map(described), new Map(events))
  const [, floods = ''] = read('docs/security-log.md').split('## Floods')
  for (const event of boundedEvents) t.ok(floods.includes(`\`${event}\``), event)
})

t.test('docs/accounts.md lists the words that a password may not consist of', async (t) => {
  const [, list = ''] = /those of the shop: ([^.]+)\./.exec(read('docs/accounts.md')) ?? []
  t.same(list.split(/,\s+/).toSorted(), CONTEXT_WORDS.toSorted())
})
