import { createServer } from 'node:http'
import t from 'tap'
import { onServer } from '../helpers/database.js'
import { check, type Expected, type Setup } from '../helpers/doctor.js'
import { freePort } from '../helpers/ports.js'
import { noRedis, startRedis } from '../helpers/redis-server.js'
import { startSmtpServer } from '../helpers/smtp-server.js'

/** Ports, and services that are absent or refuse, each with the expected finding. */
const SERVICES: Record<string, Expected & { setup: Setup }> = {
  'a port of another program': {
    async setup(t) {
      const other = createServer((_request, response) => response.end('hello'))
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
      t.teardown(() => other.close())
      return { PORT: String((other.address() as { port: number }).port) }
    },
    topic: 'port',
    state: 'fault',
    message: /is taken by another program/,
    cure: /set PORT to another/,
  },
  'an address of another machine': {
    setup: () => ({ HOST: '203.0.113.9' }),
    topic: 'port',
    state: 'fault',
    message: /cannot listen on 203\.0\.113\.9/,
    cure: /Set HOST to/,
  },
  'a Redis that does not run': {
    setup: async () => ({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` }),
    topic: 'redis',
    state: 'warning',
    message: /cannot be used: .*ECONNREFUSED/,
    cure: /Start it, or correct REDIS_URL/,
  },
  'a mail server that does not run': {
    setup: async () => ({ MAIL_URL: `smtp://127.0.0.1:${await freePort()}` }),
    topic: 'mail',
    state: 'fault',
    message: /the mail server 127\.0\.0\.1:\d+ cannot be used: .*ECONNREFUSED/,
    cure: /host and port in MAIL_URL/,
  },
  'a mail account with the wrong password': {
    async setup(t) {
      const { port } = await startSmtpServer(t, {
        disabledCommands: ['STARTTLS'],
        allowInsecureAuth: true,
        onAuth: (_auth, _session, answer) => answer(new Error('no such account')),
      })
      return { MAIL_URL: `smtp://shop:wombat@127.0.0.1:${port}` }
    },
    topic: 'mail',
    state: 'fault',
    message: /refuses the account/,
    cure: /user and the password in MAIL_URL/,
  },
  'a public address where nothing answers': {
    setup: async () => ({ PUBLIC_URL: `http://127.0.0.1:${await freePort()}` }),
    topic: 'proxy',
    state: 'fault',
    message: /cannot be reached from here: .*ECONNREFUSED/,
    cure: /the proxy runs/,
  },
}

for (const [name, broken] of Object.entries(SERVICES))
  t.test(`found, with the cure: ${name}`, { skip: onServer }, (t) => check(t, broken))

t.test('found: a Redis that refuses the password', { skip: onServer || noRedis }, async (t) => {
  const { port } = await startRedis(t, ['--requirepass', 'right'])
  await check(t, {
    setup: () => ({ REDIS_URL: `redis://:wombat@127.0.0.1:${port}` }),
    topic: 'redis',
    state: 'fault',
    message: /WRONGPASS/,
    cure: /password .* in REDIS_URL/,
  })
})
