import { once } from 'node:events'
import { Writable } from 'node:stream'
import t, { type Test } from 'tap'
import { buildApp } from '../../../src/app.js'
import type { Config } from '../../../src/config.js'
import { testConfig } from '../../helpers/app.js'

const user = { name: 'Ada', email: 'ada@shop.test', password: 'analytical engine' }

/** Registers a user. @returns functions to sign in and to count logged plain HTTP warnings */
async function setup(t: Test, changes: Partial<Config>) {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const app = buildApp(await testConfig(t, t.testdir(), { production: true, ...changes }), {
    level: 'warn',
    stream,
  })
  t.teardown(() => app.close())
  await app.ready()
  await app.inject({ method: 'POST', url: '/auth/register', body: user })
  const { email, password } = user
  const signIn = async (headers: Record<string, string>, options = {}) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/auth/login',
      headers,
      body: { email, password, ...options },
    })
    if (stream.writableLength > 0) await once(stream, 'drain')
    return answer.statusCode
  }
  return { signIn, warnings: () => lines.filter((line) => line.includes('plain HTTP')).length }
}

t.test('a browser sign-in over plain HTTP in production is warned of once', async (t) => {
  const { signIn, warnings } = await setup(t, {})
  t.equal(await signIn({ host: 'shop.test:3000' }), 200)
  t.equal(await signIn({ host: 'shop.test', origin: 'https://shop.test' }), 200)
  t.equal(await signIn({ host: 'localhost:3000', origin: 'http://localhost:3000' }), 200)
  t.equal(await signIn({ host: 'shop.test', origin: 'http://shop.test' }, { tokens: 'body' }), 200)
  t.equal(warnings(), 0, 'a program, a page over HTTPS and a local page keep their cookies')
  for (let again = 0; again < 3; again++)
    t.equal(await signIn({ host: 'shop.test:3000', origin: 'http://shop.test:3000' }), 200)
  t.equal(warnings(), 1)
})

t.test('outside production cookies work over plain HTTP, without a warning', async (t) => {
  const { signIn, warnings } = await setup(t, { production: false })
  t.equal(await signIn({ host: 'shop.test:3000', origin: 'http://shop.test:3000' }), 200)
  t.equal(warnings(), 0)
})
