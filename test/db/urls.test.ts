import t from 'tap'
import { loadConfig } from '../../src/config.js'
import { spawnServer } from '../helpers/process.js'

const SERVER = 'mysql://ada:secret@127.0.0.1:3306/shop'

t.test('an unknown parameter of a database URL is refused by name, without secrets', async (t) => {
  const refused: [Record<string, string>, RegExp][] = [
    [{ DATABASE_URL: `${SERVER}?ssl=1` }, /DATABASE_URL has the parameter "ssl" set to "1"/],
    [{ DATABASE_URL: `${SERVER}?ssl=TRUE` }, /DATABASE_URL has the parameter "ssl" set to "TRUE"/],
    [{ DATABASE_URL: `${SERVER}?ssl=` }, /DATABASE_URL has the parameter "ssl" set to ""/],
    [{ DATABASE_URL: `${SERVER}?ssl` }, /DATABASE_URL has the parameter "ssl" set to ""/],
    [{ DATABASE_URL: `${SERVER}?ssl=true&ssl=false` }, /DATABASE_URL has the parameter "ssl" more than once/],
    [{ DATABASE_URL: `${SERVER}?SSL=true` }, /DATABASE_URL has the unknown parameter "SSL"/],
    [{ DATABASE_URL: `${SERVER}?sslMode=REQUIRED` }, /DATABASE_URL has the unknown parameter "sslMode"/],
    [{ DATABASE_URL: `${SERVER}?ssl=true&tls=true` }, /DATABASE_URL has the unknown parameter "tls"/],
    [{ DATABASE_URL: `${SERVER}#secret` }, /DATABASE_URL has a "#"/],
    [{ DATABASE_URL: 'mysql://ada:sec?ret@127.0.0.1/shop' }, /DATABASE_URL is not a URL: percent-encode/],
    [{ DATABASE_URL: 'mysql://ada@127.0.0.1/' }, /DATABASE_URL must be file:PATH or mysql:/],
    [
      { DATABASE_URL: 'mysql://ada:12/secret@127.0.0.1/shop' },
      /DATABASE_URL has a "\/" too many: write it as %2F/,
    ],
    [{ DATABASE_URL: 'mysql://ada:secret%@127.0.0.1/shop' }, /DATABASE_URL has an invalid "%" escape/],
    [{ DATABASE_URL: 'file:./shop.db?mode=ro' }, /DATABASE_URL has the unknown parameter "mode"/],
    [{ DATABASE_URL: 'file:./shop.db?' }, /DATABASE_URL has the unknown parameter ""/],
    [{ REDIS_URL: 'redis://:secret@h:6379?tls=true' }, /REDIS_URL has the unknown parameter "tls"/],
    [{ REDIS_URL: 'redis://h/0?family=6' }, /REDIS_URL has the unknown parameter "family"/],
    [{ REDIS_URL: 'redis://:sec?ret=1@h:6379' }, /REDIS_URL must be redis:\/\/USER/],
    [{ REDIS_URL: 'redis://:secret%@h' }, /REDIS_URL has an invalid "%" escape/],
    [{ REDIS_URL: 'redis://h#0' }, /REDIS_URL must be redis:\/\/USER/],
  ]
  for (const [env, message] of refused) {
    try {
      loadConfig(env)
      t.fail(`accepted: ${Object.values(env)}`)
    } catch (error) {
      t.match(error, { name: 'ConfigError', message })
      t.notMatch((error as Error).message, /secret|ret=/)
    }
  }
  for (const good of [
    'mysql://u:p%23%3F@h/shop',
    `${SERVER}?ssl=true`,
    `${SERVER}?ssl=false`,
    'file:./a b.db',
  ])
    t.equal(loadConfig({ DATABASE_URL: good }).databaseUrl, good)
})

t.test('a misspelt parameter ends the start with a line that names the setting', async (t) => {
  const { ended, output } = spawnServer(t, t.testdir(), { DATABASE_URL: `${SERVER}?sslMode=REQUIRED` })
  t.equal(await ended, 1)
  t.match(output(), /DATABASE_URL has the unknown parameter "sslMode": there are ssl=true/)
  t.notMatch(output(), /secret/)
})
