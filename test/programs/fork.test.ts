import { execFile, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { databaseOf } from '../helpers/database.js'
import { codeUnder, root } from '../helpers/pages.js'
import { freePort } from '../helpers/ports.js'
import { applyDiff, diffs, isWalked, newFiles, WALK_PAGE } from '../helpers/walk.js'

const run = promisify(execFile)

const WALK = 'A column and a route in a fork'
/** What a checkout has beside its sources. */
const MADE = ['node_modules', '.git', '.tap', '.stryker-tmp', 'data', 'backups', 'screenshots']

/** Without the settings of this run of the tests: the walk has a run of its own. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS$|DATABASE_URL$|TAP|TEST_(?!MYSQL_URL$))/i.test(name),
  ),
)
const options = { env: environment, maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' }

/** Copies the checkout to a folder of its own, outside of every repository. */
function copyCheckout(t: Test): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'stockroom-fork-')))
  t.teardown(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }))
  cpSync(root, dir, {
    recursive: true,
    filter: (path) => !MADE.includes(relative(root, path).split(/[\\/]/)[0] ?? ''),
  })
  symlinkSync(realpathSync(join(root, 'node_modules')), join(dir, 'node_modules'), 'junction')
  return dir
}

/** Applies the page word for word. */
async function applyPage(t: Test, dir: string): Promise<void> {
  for (const { path, code } of newFiles()) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), code, { flag: 'wx' })
  }
  for (const diff of diffs()) t.equal(await applyDiff(diff, dir), '', diff.slice(0, 200))
}

/** What the answers of the calls have. */
interface Body {
  accessToken?: string
  supplier?: string
  items?: { stock: number }[]
}

/** Starts the program built in `dir`, and calls it as its first admin. */
async function startFork(t: Test, dir: string) {
  const port = String(await freePort())
  const data = t.testdir()
  const admin = { email: 'admin@shop.test', password: 'correct horse battery' }
  const child = spawn(process.execPath, [join(dir, 'dist/server.js')], {
    cwd: data,
    env: {
      ...environment,
      PORT: port,
      DATABASE_URL: await databaseOf(t, data, 'shop.db'),
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  for await (const chunk of child.stdout) if (String(chunk).includes('Stockroom is at')) break
  child.stdout.resume()
  const call = async (method: string, path: string, body?: object, headers = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Body }
  }
  const { body } = await call('POST', '/auth/login', { ...admin, tokens: 'body' })
  const signedIn = { authorization: `Bearer ${body.accessToken}` }
  return (method: string, path: string, payload?: object) => call(method, path, payload, signedIn)
}

t.test(`${WALK}: the page makes a program with both, whose tests pass`, { skip: isWalked }, async (t) => {
  const dir = copyCheckout(t)
  await applyPage(t, dir)
  const script = codeUnder(WALK_PAGE, `${WALK} › Its tests`)
  const { stdout, stderr } = await run('sh', ['-eu', '-c', script], { ...options, cwd: dir }).catch(
    (error) => {
      throw new Error(`a command of the page failed: ${`${error.stdout}\n${error.stderr}`.slice(-4_000)}`)
    },
  )
  for (const line of stdout.match(/^passed on .*/gm) ?? []) t.comment(line)
  t.match(stdout, /passed on sqlite: \d+ files/)
  t.match(stdout + stderr, /^setup: building the program$/m)
  t.notMatch(stdout + stderr, /│|gzip/, 'a build prints no table of its files')

  const call = await startFork(t, dir)
  for (const [supplier, stock] of [
    ['Oak & Sons', 9],
    ['Oak & Sons', 2],
    ['Elm', 1],
  ])
    t.match(await call('POST', '/products', { name: 'Lamp', price: 1, stock, supplier }), {
      status: 201,
      body: { supplier },
    })
  const { status, body } = await call('GET', '/reorders?supplier=Oak%20%26%20Sons')
  t.equal(status, 200)
  t.match(body.items, [{ stock: 2 }, { stock: 9 }])
  t.equal(body.items?.length, 2)
  t.equal((await call('GET', '/reorders')).status, 400)
})
