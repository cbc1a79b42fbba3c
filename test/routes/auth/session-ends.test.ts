import t from 'tap'
import { login, withAda } from '../../helpers/ada.js'

t.test('an access token and its cookie end with the session', async (t) => {
  const { app, cookies } = await withAda(t)
  await app.db.write((tx) => tx.session.updateMany({ data: { expiresAt: new Date(Date.now() + 60_000) } }))
  const answer = await app.inject({
    method: 'POST',
    url: '/auth/refresh',
    cookies: { refresh_token: cookies.refresh_token ?? '' },
  })
  const { accessToken, expiresIn } = answer.json()
  t.ok(expiresIn > 0 && expiresIn <= 60, `${expiresIn} seconds`)
  t.same(
    answer.cookies.map(({ maxAge }) => maxAge === undefined || maxAge <= 60),
    [true, true],
  )
  const { exp, iat } = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString())
  t.equal(exp - iat, expiresIn)
  const me = await app.inject({ url: '/auth/me', headers: { authorization: `Bearer ${accessToken}` } })
  t.equal(me.statusCode, 200)
})

t.test('a page that ends its own session loses its cookies, and keeps them if it ends another', async (t) => {
  const { app } = await withAda(t)
  const { cookies, answer } = await login(app)
  const [own, other] = await app.accounts.sessions.list(answer.json().user.id)
  const end = (id = '') =>
    app.inject({
      method: 'DELETE',
      url: `/auth/sessions/${id}`,
      cookies: { access_token: cookies.access_token ?? '' },
      headers: { origin: 'http://localhost', host: 'localhost' },
    })
  t.match(await end(other?.id), { statusCode: 204, cookies: [] })
  const ended = await end(own?.id)
  t.equal(ended.statusCode, 204)
  t.match(ended.cookies, [
    { name: 'access_token', value: '', path: '/' },
    { name: 'refresh_token', value: '', path: '/auth' },
  ])
})
