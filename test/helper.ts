import type { Test } from 'tap'
import type { Role } from '../src/accounts/user.js'
import { type App, buildApp } from '../src/app.js'
import { type Config, loadConfig } from '../src/config.js'
import { newId } from '../src/ids.js'
import { databaseOf } from './database.js'

/** For a test that sends more requests from one address than the standard limits allow. */
export const noRateLimits = { rateLimitMax: 0, authRateLimitMax: 0 } satisfies Partial<Config>

/** Settings for tests: the standard ones, except that passwords are hashed at the lowest cost. */
export async function testConfig(t: Test, dir: string, changes: Partial<Config> = {}): Promise<Config> {
  return {
    ...loadConfig({ DATABASE_URL: await databaseOf(t, dir), ADMIN_EMAIL: '', ADMIN_PASSWORD: '' }),
    bcryptCost: 4,
    jwtSecret: 'for the tests alone: of thirty-two characters',
    ...changes,
  }
}

/** The application on a fresh database of its own, closed when the test ends. */
export async function build(t: Test, changes: Partial<Config> = {}) {
  const app = buildApp(await testConfig(t, t.testdir(), changes))
  t.teardown(() => app.close())
  await app.ready()
  return app
}

/** A user of its own, straight into the database, and the headers of a request that they sign. */
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
  return { id, headers: { authorization: `Bearer ${app.signAccessToken({ sub: id, role, sid: session })}` } }
}

/** The paths of the fields that a refused request's answer names, sorted. */
export const faultyPaths = (answer: { json(): { errors: { path: string }[] } }) =>
  answer
    .json()
    .errors.map(({ path }) => path)
    .sort()
