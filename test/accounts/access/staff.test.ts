import t from 'tap'
import { createAccess } from '../../../src/accounts/access/access.js'
import { build, signIn } from '../../helpers/app.js'
import { addProduct } from '../../helpers/books.js'
import { listen, open } from '../../helpers/sockets.js'

t.test(
  'staff move every order along, adjust stock and follow every event, and change no product',
  async (t) => {
    const app = await build(t)
    const url = await listen(app)
    const [staff, customer] = [await signIn(app, 'staff'), await signIn(app)]
    const productId = await addProduct(app, { stock: 10 })
    const { order } = await app.orders.place({
      userId: customer.id,
      productId,
      quantity: 2,
      idempotencyKey: null,
    })
    const { headers } = staff
    const call = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object) =>
      (await app.inject({ method, url: path, headers, ...(payload && { payload }) })).statusCode

    t.equal(await call('GET', `/orders/${order.id}`), 200)
    t.equal(await call('GET', `/orders?scope=all&userId=${customer.id}`), 200)
    t.equal(await call('PATCH', `/orders/${order.id}`, { status: 'confirmed' }), 200)
    t.equal(await call('POST', `/orders/${order.id}/cancel`), 200, 'also once it is confirmed')
    t.equal(await call('POST', `/products/${productId}/stock-adjustments`, { delta: -1 }), 200)
    t.equal(await call('GET', '/pulse'), 200)
    const listener = open(t, `${url}/admin`, { token: headers.authorization.slice('Bearer '.length) })
    await listener.ready()

    t.equal(await call('PATCH', `/products/${productId}`, { price: 1 }), 403)
    t.equal(await call('DELETE', `/products/${productId}`), 403)
    t.equal(await call('POST', '/products', { name: 'Lamp', price: 1, stock: 1 }), 403)
    t.equal(await call('GET', '/events'), 403)
  },
)

t.test(
  'a permission is held by signed-in principals alone, and each role has those of the lower ones',
  async (t) => {
    const lenient = { adminMfaRequired: false, verifiedEmailRequired: false }
    const strict = createAccess({ productWriteAccess: 'admin', ...lenient })
    const open = createAccess({ productWriteAccess: 'authenticated', ...lenient })
    const as = (role: 'customer' | 'staff' | 'admin') => ({ sub: '', sid: '', exp: 0, role })
    t.notOk(open.may(undefined, 'orders:read'))
    t.notOk(open.may(undefined, 'products:write'))
    t.ok(strict.may(as('customer'), 'orders:place'))
    t.notOk(strict.may(as('customer'), 'stock:adjust'))
    t.notOk(strict.may(as('staff'), 'products:write'))
    t.ok(strict.may(as('admin'), 'products:write'))
    for (const role of ['customer', 'staff', 'admin'] as const) t.ok(open.may(as(role), 'products:write'))
    t.notOk(open.may(as('customer'), 'orders:read-all'))
  },
)
