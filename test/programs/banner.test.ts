import t from 'tap'
import { banner, firstAdminNote } from '../../src/banner.js'

const started = {
  address: 'http://127.0.0.1:3000',
  node: '24.11.0',
  production: false,
  hasAdmin: true,
  firstAdmin: undefined,
}

t.test('the banner links the dashboard and the API under a name that has passkeys', async (t) => {
  const text = banner(started)
  t.match(text, /Stockroom is at http:\/\/127\.0\.0\.1:3000\n/)
  t.match(text, /dashboard +http:\/\/localhost:3000\/admin\n/)
  t.match(text, /API +http:\/\/localhost:3000\/docs\n/)
  t.match(text, /use http:\/\/localhost:3000 throughout: .*passkeys for http:\/\/127\.0\.0\.1:3000.*cookies/)
  t.notMatch(text, /admin yet|HTTPS|password|end of life/)
  for (const address of ['http://localhost:3000', 'http://10.0.0.7:3000', 'http://[::1]:3000']) {
    const named = banner({ ...started, address })
    t.ok(named.includes(`${address}/admin\n`), address)
    t.notMatch(named, /throughout/)
  }
  t.match(banner({ ...started, production: true }), /http:\/\/127\.0\.0\.1:3000\/admin\n/)
})

t.test('the banner says how to create a missing admin, and shows a new one', async (t) => {
  t.match(banner({ ...started, hasAdmin: false }), /no admin yet: set ADMIN_EMAIL and ADMIN_PASSWORD/)
  const text = banner({ ...started, firstAdmin: { email: 'a@shop.test', password: 'abcd-efgh' } })
  t.match(text, /shown this once:\n +email +a@shop\.test\n +password +abcd-efgh\n/)
  t.notMatch(text, /admin yet/)
  t.match(
    firstAdminNote({ email: 'a@shop.test', password: 'abcd-efgh' }),
    /a@shop\.test\n +password +abcd-efgh\n/,
  )
})

t.test('the banner says in production that cookies need HTTPS', async (t) => {
  t.match(banner({ ...started, production: true }), /over HTTPS only/)
})

t.test('the banner warns of a Node version past its end of life', async (t) => {
  t.match(banner({ ...started, node: '20.19.0' }), /Node 20\.19\.0 is past its end of life.*: use Node 24/)
  t.notMatch(banner({ ...started, node: '22.14.0' }), /end of life/)
})
