/** Receivers of webhooks: those below /live answer at once, those below /hang never. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ready } from '../child.js'

let received = 0
const server = createServer((request, response) => {
  request.resume()
  if (request.url?.startsWith('/hang')) return
  received++
  response.writeHead(204).end()
})
server.keepAliveTimeout = 60_000
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve))

ready(
  { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
  {
    /** Returns the number of answered requests. */
    received: () => received,
  },
  async () => {
    server.closeAllConnections()
    server.close()
  },
)
