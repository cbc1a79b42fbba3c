import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadSigningKey } from '../src/accounts/access-tokens/signing-key.js'
import { SECRETS } from '../src/config/secret-files.js'
import { ConfigError, loadConfig } from '../src/config.js'
import { migrate } from '../src/db/open.js'
import { spawnProgram } from './helpers/backup.js'
import { spawnServer } from './helpers/process.js'

const SECRET = 'Q0vN7xkzJm2RtYc5LpWsHd9eGfUa4BiK'
const skip = process.platform === 'win32' && 'there are no pipes with a name and no devices here'
const NOT_REGULAR = 'it is not a regular file'

const messageOf = (env: NodeJS.ProcessEnv): string => {
  try {
    loadConfig(env)
    return ''
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

/** Creates a named pipe without a writer. */
function pipe(t: Test): string {
  const path = join(t.testdir(), 'pipe')
  execFileSync('mkfifo', ['-m', '644', path])
  return path
}

t.test(
  'a secret file is a small regular text file; anything else ends the start at once',
  { skip },
  async (t) => {
    const fifo = pipe(t)
    const dir = t.testdirName
    const file = (name: string, content: string | Buffer) => {
      writeFileSync(join(dir, name), content)
      return join(dir, name)
    }
    const large = file('large', '')
    truncateSync(large, 1e12) // sparse: takes no space
    mkdirSync(join(dir, 'folder'))
    const refused: [string, string][] = [
      [join(dir, 'folder'), NOT_REGULAR],
      [fifo, NOT_REGULAR],
      ['/dev/zero', NOT_REGULAR],
      [large, 'it is larger than 16 KiB'],
      [file('just-too-large', 'x'.repeat(16_385)), 'it is larger than 16 KiB'],
      [file('random', Buffer.from([0x8f, 0xff, 0x41, 0xc0])), 'it is not text in UTF-8'],
    ]
    for (const name of SECRETS)
      for (const [path, why] of refused)
        t.match(
          messageOf({ [`${name}_FILE`]: path }),
          `  ${name}_FILE names ${path}, which cannot be used: ${why}`,
        )

    // Kubernetes: the name links into a folder which is itself a symlink, replaced with each version.
    mkdirSync(join(dir, '..2026'))
    file('..2026/key', `${SECRET}\n`)
    symlinkSync('..2026', join(dir, '..data'))
    symlinkSync('..data/key', join(dir, 'key'))
    t.equal(loadConfig({ JWT_SECRET_FILE: join(dir, 'key') }).jwtSecret, SECRET)
    const longest = file('longest', `${SECRET},${'y'.repeat(16_384 - 33)}`)
    t.equal(loadConfig({ JWT_SECRET_FILE: longest }).jwtSecret, SECRET, 'the largest size allowed')
  },
)

t.test('a pipe in place of the stored signing key ends the start with a line', { skip }, async (t) => {
  const fifo = pipe(t)
  symlinkSync(fifo, join(t.testdirName, 'jwt-secret'))
  t.throws(() => loadSigningKey(t.testdirName), { message: new RegExp(`jwt-secret, .*: ${NOT_REGULAR}`) })
})

t.test('a folder in place of .env is reported by name', async (t) => {
  const here = process.cwd()
  t.teardown(() => process.chdir(here))
  process.chdir(t.testdir({ '.env': {} }))
  t.match(messageOf({}), /^ {2}\.env cannot be read: EISDIR$/m)
})

t.test('a special file is not opened as a database, and keeps its permissions', { skip }, async (t) => {
  const fifo = pipe(t)
  const folder = join(t.testdirName, 'folder')
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  for (const [path, mode] of [
    [fifo, 0o644],
    [folder, 0o755],
  ] as const) {
    const url = `file:${path}`
    t.match(messageOf({ DATABASE_URL: url }), `  DATABASE_URL names ${path}, which is not a regular file`)
    await t.rejects(migrate(url), { message: `${path} is not a regular file` })
    t.equal(statSync(path).mode & 0o777, mode)
  }
  const { ended, output } = spawnServer(t, t.testdirName, { DATABASE_URL: `file:${folder}` })
  t.equal(await ended, 1)
  t.match(output(), `DATABASE_URL names ${folder}, which is not a regular file`)

  const shop = `file:${join(t.testdirName, 'shop.db')}`
  await migrate(shop)
  const over = await spawnProgram(t, 'backup', shop, fifo, '--force').ended
  t.match(over, { code: 1, output: `No backup was made: ${fifo} is not a regular file` })
  const from = await spawnProgram(t, 'restore', shop, fifo).ended
  t.match(from, { code: 1, output: `Nothing was restored: ${fifo} is not a regular file` })
})
