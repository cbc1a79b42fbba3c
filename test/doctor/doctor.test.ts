import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openDb } from '../../src/db/open.js'
import { onServer } from '../helpers/database.js'
import { check, type Expected, migrated, type Setup, STRONG } from '../helpers/doctor.js'

async function change(url: string, statement: string): Promise<void> {
  const db = await openDb(url)
  await db.write((tx) => tx.$executeRawUnsafe(statement))
  await db.close()
}

/** Adds a row to the history of migrations. */
const applied =
  (name: string, finished = '1'): Setup =>
  async (t, dir) => {
    const env = await migrated(t, dir)
    await change(
      String(env.DATABASE_URL),
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', '', '${name}', ${finished})`,
    )
    return env
  }

/** Broken set-ups of one machine on SQLite, each with the expected finding. */
const ON_FILES: Record<string, Expected & { setup: Setup }> = {
  'a setting out of range': {
    setup: () => ({ PORT: '70000' }),
    topic: 'settings',
    state: 'fault',
    message: /^PORT must be at most 65535$/,
    cure: /environment or in \.env/,
  },
  'a misspelt setting': {
    setup: () => ({ DATABSE_URL: 'file:x.db' }),
    topic: 'settings',
    state: 'warning',
    message: /DATABSE_URL .*did you mean DATABASE_URL/,
    cure: /^Rename it/,
  },
  'production by another name': {
    setup: () => ({ NODE_ENV: 'staging' }),
    topic: 'settings',
    state: 'warning',
    message: /NODE_ENV=staging is neither/,
    cure: /NODE_ENV=production/,
  },
  'open to other machines without protection': {
    setup: () => ({ HOST: '0.0.0.0' }),
    topic: 'settings',
    state: 'warning',
    message: /reachable from other machines/,
    cure: /NODE_ENV=production/,
  },
  'a weak secret in production': {
    setup: () => ({ NODE_ENV: 'production', JWT_SECRET: 'changemechangemechangemechangeme' }),
    topic: 'settings',
    state: 'fault',
    message: /^JWT_SECRET /,
    cure: /environment/,
  },
  'a secret file that is missing': {
    setup: () => ({ JWT_SECRET_FILE: '/none/of/this' }),
    topic: 'settings',
    state: 'fault',
    message: /JWT_SECRET_FILE names \/none\/of\/this.*ENOENT/,
    cure: /correct its path/,
  },
  'a folder in place of .env': {
    setup(_t, dir) {
      mkdirSync(join(dir, '.env'))
      return {}
    },
    topic: 'settings',
    state: 'fault',
    message: /\.env cannot be read: EISDIR/,
    cure: /file that the user of the server can read/,
  },
  'production without mail': {
    setup: () => ({ NODE_ENV: 'production', JWT_SECRET: STRONG, BCRYPT_COST: '10' }),
    topic: 'settings',
    state: 'warning',
    message: /no mails are sent/,
    cure: /MAIL_URL/,
  },
  'production without an admin': {
    setup: async (t, dir) => ({
      ...(await migrated(t, dir)),
      NODE_ENV: 'production',
      JWT_SECRET: STRONG,
      BCRYPT_COST: '10',
    }),
    topic: 'accounts',
    state: 'warning',
    message: /there is no admin/,
    cure: /stockroom user create EMAIL --role admin/,
  },
  'a settings file that others read': {
    setup(_t, dir) {
      writeFileSync(join(dir, '.env'), `JWT_SECRET=${STRONG}\n`)
      chmodSync(join(dir, '.env'), 0o644)
      return {}
    },
    topic: 'files',
    state: 'warning',
    message: /the settings file .*can be read or changed by other users/,
    cure: /^chmod 600 .*\.env$/,
  },
  'a database that others read': {
    async setup(t, dir) {
      const env = await migrated(t, dir)
      chmodSync(join(dir, 'data/shop.db'), 0o644)
      return env
    },
    topic: 'files',
    state: 'warning',
    message: /the database .*can be read or changed by other users/,
    cure: /^chmod 600 .*shop\.db$/,
  },
  'a signing key that others read': {
    setup(_t, dir) {
      mkdirSync(join(dir, 'data'))
      writeFileSync(join(dir, 'data/jwt-secret'), STRONG)
      chmodSync(join(dir, 'data/jwt-secret'), 0o640)
      return {}
    },
    topic: 'files',
    state: 'warning',
    message: /the signing key .*can be read/,
    cure: /^chmod 600/,
  },
  'a file in place of the data folder': {
    setup(_t, dir) {
      writeFileSync(join(dir, 'data'), '')
      return {}
    },
    topic: 'files',
    state: 'fault',
    message: /data cannot be made: .*data is not a folder/,
    cure: /another folder in DATABASE_URL/,
  },
  'a database that is none': {
    setup(_t, dir) {
      writeFileSync(join(dir, 'notes.db'), 'Buy milk.\n'.repeat(1000), { mode: 0o600 })
      return { DATABASE_URL: 'file:./notes.db' }
    },
    topic: 'database',
    state: 'fault',
    message: /cannot be used: file is not a database/,
    cure: /stockroom restore FILE --force/,
  },
  'a database of a newer version': {
    setup: applied('20990101000000_flying_cars'),
    topic: 'database',
    state: 'fault',
    message: /newer than this program: it has the migration 20990101000000_flying_cars/,
    cure: /Install the version .* that migrated it/,
  },
  'a copy that was interrupted': {
    setup: applied('db_copy', 'NULL'),
    topic: 'database',
    state: 'fault',
    message: /a copy into it did not end/,
    cure: /stockroom copy/,
  },
  'a migration that failed': {
    setup: applied('20990101000000_half', 'NULL'),
    topic: 'database',
    state: 'fault',
    message: /20990101000000_half failed earlier/,
    cure: /docs\/runbook\.md/,
  },
  'an edited migration': {
    async setup(t, dir) {
      const env = await migrated(t, dir)
      await change(String(env.DATABASE_URL), "UPDATE _prisma_migrations SET checksum = 'edited'")
      return env
    },
    topic: 'database',
    state: 'fault',
    message: /was edited after it was applied/,
    cure: /Install Stockroom anew/,
  },
  'a database before its migrations': {
    async setup(t, dir) {
      const env = await migrated(t, dir)
      await change(
        String(env.DATABASE_URL),
        'DELETE FROM _prisma_migrations WHERE migration_name = (SELECT MAX(migration_name) FROM _prisma_migrations)',
      )
      return env
    },
    topic: 'database',
    state: 'warning',
    message: /1 migrations are pending/,
    cure: /stockroom migrate/,
  },
  'a clock that was set back': {
    async setup(t, dir) {
      const env = await migrated(t, dir)
      await change(
        String(env.DATABASE_URL),
        `INSERT INTO events ("offset", type, data, created_at) VALUES (1, 'x', '{}', ${Date.now() + 3_600_000})`,
      )
      return env
    },
    topic: 'clock',
    state: 'fault',
    message: /the last event was made (35\d\d|3600) s in the future/,
    cure: /NTP/,
  },
}

for (const [name, broken] of Object.entries(ON_FILES))
  t.test(`found, with the cure: ${name}`, { skip: onServer }, (t) => check(t, broken))
