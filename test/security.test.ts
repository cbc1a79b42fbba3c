import t from 'tap'
import { build } from './helper.js'

t.test(
  'every answer tells browsers that it is data: not to be framed, run, or guessed a type for',
  async (t) => {
    const app = await build(t)
    for (const url of ['/health/live', '/products', '/nowhere', '/auth/me'])
      t.match(
        (await app.inject(url)).headers,
        {
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'referrer-policy': 'no-referrer',
          'cross-origin-resource-policy': 'same-origin',
        },
        url,
      )
    t.notOk((await app.inject('/health/live')).headers['strict-transport-security'])
  },
)

t.test('in production they are told to come over TLS alone', async (t) => {
  const app = await build(t, { production: true })
  t.match((await app.inject('/health/live')).headers['strict-transport-security'], /^max-age=\d{8}/)
})
