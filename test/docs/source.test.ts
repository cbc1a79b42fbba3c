import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))

/** Source files by path below src/, without Prisma's generated code. */
const sources = new Map(
  readdirSync(SRC, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map(
      (file) =>
        [
          relative(SRC, file).replaceAll('\\', '/'),
          readFileSync(file, 'utf8').replace(/^import type .*$/gm, ''),
        ] as const,
    )
    .filter(([path]) => !path.startsWith('generated/')),
)

/** Returns the files matching `pattern`. */
const holding = (pattern: RegExp, within = '') =>
  [...sources.keys()]
    .filter((path) => path.startsWith(within) && pattern.test(sources.get(path) ?? ''))
    .toSorted()

t.test('no code starts a program, or evaluates text as code', async (t) => {
  t.ok(sources.size > 200)
  t.same(holding(/child_process|node:vm|(?<!\.)\beval\(|new Function\b|setTimeout\(['"`]/), [])
})

t.test('folders are created by makeFolder, since a recursive mkdir may never return', async (t) => {
  t.same(holding(/mkdir.*recursive/), [])
})

t.test('no client input becomes a pattern or a redirect', async (t) => {
  t.same(
    holding(/new RegExp\(/),
    ['cli/values.ts', 'search/folding.ts', 'user/fields.ts'],
    'from a constant table, and for the arguments of a command',
  )
  t.same(holding(/\.redirect\(/), [])
})

t.test('the server connects to its database, its Redis, webhooks and its own processes only', async (t) => {
  const outgoing =
    /\bfetch\(|from '(node:(http2|https|tls|dns|dns\/promises|dgram)|undici)'|\b(request|connect|createConnection|get)\b[^'\n]*from 'node:(http|net)'|createPool|createConnection|new Redis\(|\bio\(/
  t.same(
    holding(outgoing).filter((path) => !path.startsWith('dashboard/') && !path.startsWith('client/')),
    [
      'copy/mysql-side.ts',
      'db/mysql/hosts/host.ts',
      'db/mysql/migrate.ts',
      'db/mysql/pool.ts',
      'db/mysql/server.ts',
      'db/mysql/snapshot.ts',
      'doctor/port.ts',
      'doctor/proxy.ts',
      'doctor/upgrade.ts',
      'redis/connection.ts',
      'redis/locate.ts',
      'tls-files.ts', // checks files
      'webhooks/sending/resolve.ts',
      'webhooks/sending/transport.ts',
      'workers/meeting.ts', // a process of the same server
      'workers/socket-forwarding.ts', // the same
    ],
  )
})

t.test('no hash, cipher or random source is weak', async (t) => {
  t.same(
    holding(/createCipher|createDecipher|createSign|createHash\('(?!sha256')|createHmac\('(?!sha256')/i),
    ['accounts/mfa/secret-box.ts'],
  )
  t.match(sources.get('accounts/mfa/secret-box.ts'), /^const CIPHER = 'aes-256-gcm'$/m)
  for (const [, cipher] of sources
    .get('accounts/mfa/secret-box.ts')
    ?.matchAll(/create(?:C|Dec)ipheriv\(([^,]+),/g) ?? [])
    t.equal(cipher, 'CIPHER')
  t.same(
    holding(/Math\.random/),
    [
      'client/retries.ts',
      'db/retry.ts',
      'orders/expiry-sweeper.ts',
      'sse/event-stream.ts',
      'webhooks/retries.ts',
    ],
    'only the delay before a retry or the next look',
  )
})

t.test('the dashboard writes no markup, and stores in the browser no more than documented', async (t) => {
  t.same(holding(/innerHTML|outerHTML|insertAdjacentHTML|dangerouslySet|document\.write|DOMParser/), [])
  t.same(holding(/localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open/), [
    'dashboard/inventory/stocktake/lines.ts',
    'dashboard/languages/choice.ts',
    'dashboard/live/sound.tsx',
    'dashboard/orders/views/saved-views.ts',
    'dashboard/session/hint.ts',
  ])
  t.same(
    holding(/addEventListener\('message'/),
    ['client/session.ts', 'dashboard/session/tabs.ts'],
    'a channel within its own origin',
  )
})

t.test(
  'the responses of a route list its refusals once: a second list hides the first, status by status',
  async (t) => {
    for (const [path, text] of sources)
      for (const [, response = ''] of text.matchAll(/\bresponse: \{([\s\S]*?)\n\s*\},/g))
        t.ok(response.split('...refusals(').length <= 2, path)
  },
)
