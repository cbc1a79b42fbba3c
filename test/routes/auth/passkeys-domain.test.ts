import t from 'tap'
import { post } from '../../helpers/ada.js'
import { noRateLimits } from '../../helpers/app.js'
import { createAuthenticator } from '../../helpers/authenticator.js'
import { withAuthenticator } from '../../helpers/passkeys.js'

const settings = {
  ...noRateLimits,
  publicUrl: 'https://shop.example/stock',
  corsOrigins: ['https://admin.shop.example', 'https://partner.example', 'https://evilshop.example'],
}

t.test('one passkey serves the public address and its subdomains', async (t) => {
  const { app, headers } = await withAuthenticator(t, settings)
  // A proxy that does not forward the host: the server knows its address by PUBLIC_URL alone.
  const from = (origin: string) => ({ host: 'backend:3000', origin })
  const shop = createAuthenticator('https://shop.example', 'shop.example')
  const begun = await post(app, '/auth/passkeys/options', {}, { ...headers, ...from('https://shop.example') })
  t.equal(begun.json().rp.id, 'shop.example')
  const registered = await post(app, '/auth/passkeys', shop.create(begun.json()), {
    ...headers,
    ...from('https://shop.example'),
  })
  t.equal(registered.statusCode, 201)

  for (const origin of ['https://shop.example', 'https://admin.shop.example']) {
    const challenge = (await post(app, '/auth/login/passkey/options', {}, from(origin))).json()
    t.equal(challenge.rpId, 'shop.example', origin)
    const signed = shop.get(challenge, { origin })
    t.equal((await post(app, '/auth/login/passkey', signed, from(origin))).statusCode, 200, origin)
  }
})

t.test('pages elsewhere have their own domain, and foreign ones none', async (t) => {
  const { app } = await withAuthenticator(t, settings)
  const optionsAt = (headers: Record<string, string>) => post(app, '/auth/login/passkey/options', {}, headers)
  for (const [origin, rpId] of [
    ['https://partner.example', 'partner.example'],
    ['https://evilshop.example', 'evilshop.example'],
  ] as const)
    t.equal((await optionsAt({ host: 'backend:3000', origin })).json().rpId, rpId)
  t.equal((await optionsAt({ host: 'backend:3000' })).json().rpId, 'shop.example', 'no page is told')
  for (const origin of [
    'https://shop.example.evil.test',
    'https://other.shop.example',
    'http://shop.example',
  ])
    t.match((await optionsAt({ host: 'backend:3000', origin })).json(), { type: '/problems/invalid-passkey' })
})
