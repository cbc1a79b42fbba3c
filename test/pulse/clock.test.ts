import t from 'tap'
import { observeTime } from '../../src/ids.js'
import { build, signIn } from '../helpers/app.js'
import { relayed } from '../helpers/sockets.js'

t.test('orders count while the clock is behind their ids', async (t) => {
  const app = await build(t)
  const { headers } = await signIn(app, 'admin')
  const product = { name: 'Lamp', price: 0.1, stock: 10 }
  const { id: productId } = (
    await app.inject({ method: 'POST', url: '/products', headers, payload: product })
  ).json()
  // As after the clock was set back by an hour.
  observeTime(Date.now() + 60 * 60_000)
  const payload = { productId, quantity: 3 }
  t.equal((await app.inject({ method: 'POST', url: '/orders', headers, payload })).statusCode, 201)
  await relayed(app)
  const { today, minutes } = (await app.inject({ url: '/pulse', headers })).json()
  t.match(today, { orders: 1, takings: 0.3 })
  t.match(minutes, [{ orders: 1, takings: 0.3 }])
})
