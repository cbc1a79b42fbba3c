/** Plain Socket.IO: sends the packets of the program to every client, and nothing else. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { newId } from '../../src/ids.js'
import { ready } from '../child.js'
import { memoryInUse } from '../memory-in-use.js'

const http = createServer()
const io = new Server(http, { serveClient: false })
const admins = io.of('/admin')
let offset = 0

admins.on('connection', (socket) => {
  socket.emit('stream:ready', { epoch: newId(), offset, recovered: false })
  socket.join('each')
})

http.listen(0, '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo
  ready(
    { address: `http://127.0.0.1:${port}` },
    {
      /** Emits `count` events. @returns the start time in milliseconds of the monotonic clock. */
      emit(argument) {
        const { productId, stock, count } = argument as { productId: string; stock: number; count: number }
        const start = Number(process.hrtime.bigint()) / 1e6
        const createdAt = new Date().toISOString()
        for (let i = 0; i < count; i++)
          admins.to('each').emit('stock:changed', {
            offset: ++offset,
            type: 'stock:changed',
            createdAt,
            data: { productId, stock },
          })
        return start
      },
      memory: memoryInUse,
    },
    async () => io.close(),
  )
})
