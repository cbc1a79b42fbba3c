import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

const serve = async (t: Test, onConnection: (socket: Socket) => void) => {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket))
    onConnection(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Starts a fake Redis that answers each command with `answer`, or never. */
export const startLiar = (t: Test, answer: string | undefined) =>
  serve(t, (socket) =>
    socket.on('data', (chunk) => {
      // Each command starts with an array length.
      const commands = String(chunk).match(/\*\d+\r\n\$/g)?.length ?? 0
      if (answer !== undefined) socket.write(answer.repeat(commands))
    }),
  )

/** Starts a proxy to the Redis at `port` that corrupts published messages, so no process is notified of events. */
export const startGarbler = (t: Test, port: number) =>
  serve(t, (near) => {
    const far = connect(port, '127.0.0.1')
    far.on('error', () => near.destroy()).on('close', () => near.destroy())
    near.on('close', () => far.destroy())
    near.on('data', (chunk) =>
      far.write(chunk.toString('latin1').replaceAll('\r\nevents ', '\r\nnobody '), 'latin1'),
    )
    far.pipe(near)
  })
