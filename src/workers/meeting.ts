import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * Where a process can be reached by its siblings: a port of the loopback interface, and the password without which it ends
 * the connection. (A socket in a file would need a folder that is writable and private.)
 */
export interface Meeting {
  port: number
  /** In hexadecimal. */
  password: string
}

const HOST = '127.0.0.1'
const PASSWORD_BYTES = 32
const PATIENCE_MS = 5_000
const WELCOME = '+'

/** Waits for the password, and reads no further. */
function admit(socket: Socket, password: Buffer, onSibling: (socket: Socket) => void): void {
  const timer = setTimeout(() => socket.destroy(), PATIENCE_MS).unref()
  const ignore = () => undefined
  socket.on('error', ignore)
  socket.on('readable', function read() {
    const given: Buffer | null = socket.read(PASSWORD_BYTES)
    if (given === null) return
    clearTimeout(timer)
    if (given.length !== PASSWORD_BYTES || !timingSafeEqual(given, password)) return void socket.destroy()
    socket.off('readable', read)
    onSibling(socket)
    socket.off('error', ignore)
    socket.write(WELCOME)
  })
}

/** Listens for siblings until the process ends. @returns how they connect */
export async function listenForSiblings(onSibling: (socket: Socket) => void): Promise<Meeting> {
  const password = randomBytes(PASSWORD_BYTES)
  const server = createServer({ noDelay: true }, (socket) => admit(socket, password, onSibling))
  server.listen({ port: 0, host: HOST, exclusive: true }).unref()
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, password: password.toString('hex') }
}

/** Connects to a sibling. @throws Error if it has gone */
export async function connectToSibling({ port, password }: Meeting): Promise<Socket> {
  const socket = connect({ port, host: HOST, noDelay: true })
  socket.write(Buffer.from(password, 'hex'))
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error('the other process has gone'))
    socket.once('error', fail)
    socket.once('close', fail)
    // Read alone: the bytes after it belong to the receiver of the socket.
    socket.on('readable', function read() {
      if (socket.read(WELCOME.length) === null) return
      for (const event of ['error', 'close']) socket.off(event, fail)
      socket.off('readable', read)
      resolve(socket)
    })
  })
}
