import t from 'tap'
import { signIn } from '../helpers/app.js'
import { ada, agent, openSecurityLog } from '../helpers/security-log.js'

t.test('logs who changed prices, stock, products and orders', async (t) => {
  const { app, post, fresh } = await openSecurityLog(t)
  const admin = await signIn(app, 'admin')
  const by = (method: 'PATCH' | 'DELETE', url: string, payload?: object) =>
    app.inject({ method, url, headers: { ...agent, ...admin.headers }, ...(payload && { payload }) })
  const created = await post('/products', { name: 'Lamp', price: 24.5, stock: 3 }, admin.headers)
  const url = created.headers.location ?? ''
  await by('PATCH', url, { price: 19.99, name: 'Walnut lamp' })
  await post(`${url}/stock-adjustments`, { delta: -1, reason: 'given to Mr Smith' }, admin.headers)
  const order = await post('/orders', { productId: created.json().id, quantity: 1 }, admin.headers)
  const orderUrl = `/orders/${order.json().id}`
  await by('PATCH', orderUrl, { status: 'confirmed' })
  await post(`${orderUrl}/cancel`, undefined, admin.headers)
  await by('DELETE', url)
  await by('PATCH', url, { price: 1 }) // rejected
  const who = { level: 30, userId: admin.id, sessionId: /./, address: '203.0.113.7' }
  const lines = fresh()
  t.match(lines, [
    { ...who, event: 'sensitive_create', resource: url, changes: { price: 24.5, stock: 3 } },
    { ...who, event: 'sensitive_update', resource: url, changes: { price: 19.99 } },
    { ...who, event: 'sensitive_update', resource: `${url}/stock-adjustments`, changes: { delta: -1 } },
    { ...who, event: 'sensitive_update', resource: orderUrl, changes: { status: 'confirmed' } },
    { ...who, event: 'sensitive_update', resource: `${orderUrl}/cancel`, changes: {} },
    { ...who, event: 'sensitive_delete', resource: url, method: 'DELETE' },
  ])
  t.equal(lines.length, 6)
  t.notMatch(JSON.stringify(lines), /Walnut|Smith/, 'and contains no text that users wrote')
})

t.test('logs the changes that the settings make to the admin', async (t) => {
  const dir = t.testdir()
  const boss = { email: ada.email, password: 'another horse battery' }
  const first = await openSecurityLog(t, {}, dir)
  t.match(first.lines(), [{ event: 'user_created', role: 'admin', by: 'first start' }])
  const { id } = (await first.post('/auth/register', ada)).json()
  await first.post('/auth/login', { email: ada.email, password: ada.password })
  await first.app.close()
  const second = await openSecurityLog(t, { admin: boss }, dir)
  t.match(
    second.lines().toSorted((a, b) => String(a.event).localeCompare(String(b.event))),
    [
      { level: 40, event: 'authn_password_change', userId: id, by: 'settings' },
      { level: 30, event: 'authn_token_revoked', userId: id, reason: 'account-changed' },
      { level: 40, event: 'privilege_permissions_changed', userId: id, role: 'admin' },
    ],
  )
  await second.app.close()
  t.same((await openSecurityLog(t, { admin: boss }, dir)).lines(), [])
})
