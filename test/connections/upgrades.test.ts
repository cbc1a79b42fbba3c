import { connect } from 'node:net'
import t from 'tap'
import { build, signIn } from '../helper.js'
import { listen } from '../sockets/sockets.js'

t.test(
  'who asks for another protocol is answered in the one there is, body and all, again and again',
  async (t) => {
    const app = await build(t)
    const { port } = new URL(await listen(app))
    const { headers } = await signIn(app, 'admin')
    const wish =
      'Host: shop.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk'
    const body = JSON.stringify({ name: 'Lämp', price: 24.5, stock: 2 })
    const post = `POST /products HTTP/1.1\r\n${wish}\r\nAuthorization: ${headers.authorization}
Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`.replace(
      /\r?\n/g,
      '\r\n',
    )
    const last = 'GET /products HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n'

    const socket = connect(Number(port), '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk) => (answer += chunk))
    const statuses = () => [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))
    const answered = async (count: number) => {
      while (statuses().length < count) await new Promise((resolve) => socket.once('data', resolve))
    }
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(`GET /health/live HTTP/1.1\r\n${wish}\r\n\r\n`)
    await answered(1)
    socket.write(post)
    await answered(2)
    socket.write(`GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
    await answered(3)
    socket.write(last)
    await closed
    t.same(statuses(), [200, 201, 404, 200])
    t.match(answer, /"items":\[\{"id":"[^"]+","name":"Lämp"/)
  },
)
