import t, { type Test } from 'tap'
import { stockroom } from '../helpers/command.js'
import { administer, onFile, serverDatabase } from '../helpers/database.js'
import { check, doctor, type Expected, STRONG } from '../helpers/doctor.js'
import { freePort } from '../helpers/ports.js'

/** Defective databases on a server. */
const ON_SERVER: Record<string, Expected & { url: (t: Test) => Promise<string> }> = {
  'a database server that does not run': {
    url: async () => `mysql://root@127.0.0.1:${await freePort()}/shop`,
    topic: 'database',
    state: 'fault',
    message: /the server does not answer \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)/,
    cure: /^Start the server/,
  },
  'a database that does not exist': {
    url: async (t) => (await serverDatabase(t)).replace(/[^/]+$/, 'stockroom_none'),
    topic: 'database',
    state: 'fault',
    message: /there is no such database/,
    cure: /CREATE DATABASE/,
  },
  'a password that the database server refuses': {
    url: async (t) => (await serverDatabase(t)).replace(/\/\/[^@]*@/, '//nobody:wombat@'),
    topic: 'database',
    state: 'fault',
    message: /the user or the password is wrong/,
    cure: /user and the password in DATABASE_URL/,
  },
  'a database in another character set': {
    async url(t) {
      const url = await serverDatabase(t)
      await administer(`ALTER DATABASE ${url.split('/').at(-1)} CHARACTER SET latin1`)
      return url
    },
    topic: 'database',
    state: 'fault',
    message: /it is in latin1: ALTER DATABASE/,
    cure: /Run that statement/,
  },
}

for (const [name, { url, ...expected }] of Object.entries(ON_SERVER))
  t.test(`found, with the cure: ${name}`, { skip: onFile }, async (t) =>
    check(t, { ...expected, setup: async () => ({ DATABASE_URL: await url(t) }) }),
  )

t.test('a sound database server has no faults', { skip: onFile }, async (t) => {
  const dir = t.testdir()
  const env = { DATABASE_URL: await serverDatabase(t), JWT_SECRET: STRONG }
  await stockroom(t, ['migrate'], { cwd: dir, env })
  const { found } = await doctor(t, dir, env)
  t.same(
    found.filter(({ state }) => state === 'fault'),
    [],
  )
  t.match(found.find(({ topic }) => topic === 'clock')?.message, /agrees with the database server/)
})
