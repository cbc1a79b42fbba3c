import t from 'tap'
import { build, signIn } from '../../helpers/app.js'
import type { Headers } from '../../helpers/shop.js'

t.test('customers may not take stock, and staff may', async (t) => {
  const app = await build(t)
  const statusOf = async (headers: Headers) =>
    (
      await app.inject({
        method: 'PUT',
        url: '/products/stock',
        headers,
        payload: { items: [{ sku: 'NONE', stock: 1 }] },
      })
    ).statusCode
  t.equal(await statusOf({}), 401)
  t.equal(await statusOf((await signIn(app)).headers), 403)
  t.equal(await statusOf((await signIn(app, 'staff')).headers), 200)
})
