import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { migrate } from '../../../src/db/open.js'
import { administer, onFile, serverDatabase } from '../../helpers/database.js'
import { mute, ofVersion } from '../../helpers/fake-mysql.js'
import { flakyLink } from '../../helpers/flaky-link.js'
import { freePort } from '../../helpers/ports.js'
import { spawnServer, startServer } from '../../helpers/process.js'

/** Returns `url` with some parts replaced. */
const changed = (url: string, parts: Partial<Pick<URL, 'username' | 'password' | 'pathname' | 'port'>>) =>
  Object.assign(new URL(url), parts).href

/** Creates a user with `rights` on the database of `url`. @returns the URL for that user. */
async function userWith(t: Test, url: string, rights: string): Promise<string> {
  const name = new URL(url).pathname.slice(1)
  const user = `u${rights.length}_${name.slice(-12)}`
  await administer(
    `CREATE USER '${user}'@'%' IDENTIFIED BY 'secret'`,
    `GRANT ${rights} ON ${name}.* TO '${user}'@'%'`,
  )
  t.teardown(() => administer(`DROP USER '${user}'@'%'`))
  return changed(url, { username: user, password: 'secret' })
}

t.test(
  'an unusable server ends the start with a line that says what to do, without the password',
  { skip: onFile },
  async (t) => {
    const dir = t.testdir()
    const url = await serverDatabase(t)
    const migrated = await serverDatabase(t)
    await migrate(migrated)
    const latin = await serverDatabase(t)
    await administer(`ALTER DATABASE ${new URL(latin).pathname.slice(1)} CHARACTER SET latin1`)
    const notThere = changed(await userWith(t, url, 'ALL'), { pathname: '/stockroom_test_nothing' })
    const reading = await userWith(t, migrated, 'SELECT')
    const withoutChange = await userWith(t, migrated, 'SELECT, CREATE, INSERT, DELETE')
    const withoutMaking = await userWith(t, url, 'SELECT, INSERT, UPDATE, DELETE')

    const cases: [string, RegExp][] = [
      [
        changed(url, { port: String(await freePort()) }),
        /the server does not answer \(connect ECONNREFUSED .*\): see that it runs/,
      ],
      [await mute(t), /the server does not answer \(.+\): see that it runs/],
      [await ofVersion(t, '5.7.44'), /MySQL 5\.7\.44 is too old: it must be 8\.0\.31 at least/],
      [await ofVersion(t, '5.5.5-10.3.39-MariaDB'), /MariaDB .* is too old: it must be 10\.11\.0 at least/],
      [
        await ofVersion(t, '8.0.11-TiDB-v8.5.0'),
        /the server is TiDB, which lacks SKIP LOCKED and JSON_TABLE/,
      ],
      [await ofVersion(t, '8.0.30-Vitess'), /the server is Vitess, where a transaction over several shards/],
      [latin, /it is in latin1: ALTER DATABASE stockroom_test_\w+ CHARACTER SET utf8mb4/],
      [changed(reading, { password: 'wrong-secret' }), /the user or the password is wrong/],
      [notThere, /there is no such database|has no right to use this database/],
      [reading, /the user lacks rights on this database: it needs all of them there/],
      [withoutChange, /the user lacks rights on this database/],
      [withoutMaking, /the user lacks rights on this database/],
      [`${url}?ssl=true`, /with ssl, but ssl not enabled in the server/],
    ]
    await Promise.all(
      cases.map(async ([DATABASE_URL, reason], i) => {
        const cwd = join(dir, String(i))
        mkdirSync(cwd)
        // A server that answers is refused at once, however long the answer takes on a busy machine.
        const DB_WAIT = /does not answer/.test(reason.source) ? '1' : '300'
        const { ended, output } = spawnServer(t, cwd, { DATABASE_URL, DB_WAIT, LOG_LEVEL: 'error' })
        t.equal(await ended, 1, String(reason))
        t.match(output(), /^The database mysql:\/\/\S+ cannot be used: [^\n]+\.\n$/)
        t.match(output(), reason)
        t.notMatch(output(), /secret/)
      }),
    )
  },
)

t.test('a start waits for a server that is not reachable yet', { skip: onFile }, async (t) => {
  const link = await flakyLink(t, await serverDatabase(t))
  link.fail()
  const starting = startServer(t, t.testdir(), { DATABASE_URL: link.url })
  await link.refused()
  await link.refused()
  link.restore()
  const server = await starting
  t.equal((await fetch(`${server.url}/health/ready`)).status, 200)
  t.match(server.output(), /"msg":"the database cannot be reached yet"/)
})
