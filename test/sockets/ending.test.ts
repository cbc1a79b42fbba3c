import { once } from 'node:events'
import t from 'tap'
import { build, signIn } from '../helpers/app.js'
import { listen, open, token } from '../helpers/sockets.js'

t.test('a socket whose session ends between its check and its connection is disconnected', async (t) => {
  const app = await build(t)
  for (const namespace of ['/', '/admin']) {
    const ada = await signIn(app, 'admin')
    // Runs after token verification.
    let meanwhile = async () => {
      await app.accounts.sessions.endAll(ada.id)
    }
    app.io.of(namespace).use((_socket, next) => {
      meanwhile().then(() => next(), next)
      meanwhile = async () => {}
    })
    const url = app.server.listening ? app.listeningOrigin : await listen(app)
    const late = open(t, url + namespace, { token: token(ada) })
    const ended = once(late.socket as never, 'session:ended')
    const gone = once(late.socket as never, 'disconnect')
    t.match(await ended, [{ code: 'unauthorized' }])
    await gone
    t.same(late.readies, [], 'it received nothing')
    t.equal(app.io.of(namespace).sockets.size, 0)

    const bob = await signIn(app, 'admin')
    await open(t, url + namespace, { token: token(bob) }).ready()
  }
})
