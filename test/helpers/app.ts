import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type App, buildApp } from '../../src/app.js'
import { type Config, loadConfig } from '../../src/config.js'
import type { Role } from '../../src/contract/user.js'
import { databaseFile } from '../../src/db/sqlite/file.js'
import { newId } from '../../src/ids.js'
import { databaseOf, onServer } from './database.js'
import { copyTemplate, startOnce } from './template.js'

/** For a test beyond the default limits of one address. */
export const noRateLimits = {
  rateLimitMax: 0,
  authRateLimitMax: 0,
  apiKeyRateLimitMax: 0,
} satisfies Partial<Config>

let mailFolders: string | undefined
let folders = 0

/**
 * Returns a folder for mails, which exists once a mail is written. It isn't in a test's own folder: that is removed while the
 * application may still write a mail, and a removal that fails leaves the test file hanging.
 */
function newMailFolder(): string {
  if (!mailFolders) {
    const folder = mkdtempSync(join(tmpdir(), 'stockroom-mails-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    mailFolders = folder
  }
  return join(mailFolders, String(folders++))
}

/** Default settings with the lowest password hashing cost. The database is empty. */
export async function configOfEmpty(t: Test, dir: string, changes: Partial<Config> = {}): Promise<Config> {
  return {
    ...loadConfig({ DATABASE_URL: await databaseOf(t, dir), ADMIN_EMAIL: '', ADMIN_PASSWORD: '' }),
    bcryptCost: 4,
    bcryptNiceness: 0, // with niceness, hashing would starve on a busy machine
    jwtSecret: 'for the tests alone: of thirty-two characters',
    mailFolder: newMailFolder(),
    ...changes,
  }
}

/** Test settings with a database on which the application was started once, so it has an admin. */
export async function testConfig(t: Test, dir: string, changes: Partial<Config> = {}): Promise<Config> {
  const config = await configOfEmpty(t, dir)
  const file = !onServer && !changes.databaseUrl && databaseFile(config.databaseUrl)
  if (file && !existsSync(file)) await copyTemplate(file, config)
  if (onServer && !changes.databaseUrl) await startOnce(config.databaseUrl)
  return { ...config, ...changes }
}

async function start(t: Test, config: Config) {
  const app = buildApp(config)
  t.teardown(() => app.close())
  await app.ready()
  return app
}

/** Builds the application on a database of its own, closed when the test ends. */
export const build = async (t: Test, changes?: Partial<Config>) =>
  start(t, await testConfig(t, t.testdir(), changes))

/** Builds the application on an empty database, as at its first start. */
export const buildEmpty = async (t: Test, changes?: Partial<Config>) =>
  start(t, await configOfEmpty(t, t.testdir(), changes))

/** Inserts a new user directly into the database. @returns request headers with an access token */
export async function signIn(app: App, role: Role = 'customer') {
  const id = newId()
  const session = newId()
  const now = new Date()
  await app.db.write(async (tx) => {
    await tx.user.create({
      data: { id, name: role, email: `${id}@shop.test`, password: '', role, createdAt: now, updatedAt: now },
    })
    await tx.session.create({
      data: {
        id: session,
        userId: id,
        createdAt: now,
        lastUsedAt: now,
        expiresAt: new Date(now.getTime() + 3_600_000),
      },
    })
  })
  return { id, headers: { authorization: `Bearer ${app.auth.tokens.sign({ sub: id, role, sid: session })}` } }
}

/** Returns the sorted paths of the invalid fields in a problem response. */
export const faultyPaths = (answer: { json(): { errors: { path: string }[] } }) =>
  answer
    .json()
    .errors.map(({ path }) => path)
    .sort()
