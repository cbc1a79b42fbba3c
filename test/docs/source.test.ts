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

t.test('no client input becomes a pattern or a redirect', async (t) => {
  t.same(
    holding(/new RegExp\(/),
    ['catalog/search/folding.ts', 'copy.ts', 'user/fields.ts'],
    'from a constant table, and for the arguments of a command',
  )
  t.same(holding(/\.redirect\(/), [])
})

t.test('the server connects to its database and its Redis only', async (t) => {
  const outgoing =
    /\bfetch\(|from '(node:(http2|https|tls|dns|dgram)|undici)'|\b(request|connect|createConnection|get)\b[^'\n]*from 'node:(http|net)'|createPool|createConnection|new Redis\(|\bio\(/
  t.same(
    holding(outgoing).filter((path) => !path.startsWith('dashboard/') && !path.startsWith('client/')),
    [
      'copy/mysql-side.ts',
      'db/mysql/migrate.ts',
      'db/mysql/pool.ts',
      'db/mysql/server.ts',
      'redis/connection.ts',
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
  t.same(holding(/Math\.random/), ['db/retry.ts'], 'only the delay before a retry')
})

t.test('the dashboard writes no markup, and stores only the sound switch in the browser', async (t) => {
  t.same(holding(/innerHTML|outerHTML|insertAdjacentHTML|dangerouslySet|document\.write|DOMParser/), [])
  t.same(holding(/localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open/), [
    'dashboard/live/sound.tsx',
  ])
  t.same(
    holding(/addEventListener\('message'/),
    ['dashboard/session/tabs.ts'],
    'a channel within its own origin',
  )
})
