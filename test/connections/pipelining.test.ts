import { once } from 'node:events'
import t from 'tap'
import { build, noRateLimits } from '../helpers/app.js'
import { dial, get } from '../helpers/raw-connection.js'
import { listen } from '../helpers/sockets.js'

const REQUESTS = 10_000
/** What comes in one read of 64 KiB is parsed before reading can stop. */
const IN_ONE_READ = 65_536 / get('/health/live').length

t.test('the server stops reading from a client that pipelines faster than it is answered', async (t) => {
  const app = await build(t, noRateLimits)
  const port = Number(new URL(await listen(app)).port)
  let unanswered = 0
  let most = 0
  let answered = 0
  app.server.prependListener('request', (_request, response) => {
    most = Math.max(most, ++unanswered)
    response.once('close', () => {
      unanswered--
      answered++
    })
  })
  const { socket, received, all } = dial(t, port)
  const burst = get('/health/live').repeat(100)
  for (let sent = 0; sent < REQUESTS; sent += 100) if (!socket.write(burst)) await once(socket, 'drain')
  socket.end()
  await all()
  t.equal(answered, REQUESTS)
  t.equal(received().split('HTTP/1.1 200 ').length - 1, REQUESTS)
  t.ok(most < 64 + 2 * IN_ONE_READ, `${most} requests waited at most`)
})
