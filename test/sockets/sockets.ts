import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import type { Test } from 'tap'
import type { App } from '../../src/app.js'
import type {
  AnyEvent,
  ClientToServerEvents,
  ServerToClientEvents,
  StreamReady,
} from '../../src/stream/events.js'

export type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>

/** Has `app` listen on a port of its own. @returns its address. */
export async function listen(app: App): Promise<string> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

/** The access token in the headers of one who signed in. */
export const token = ({ headers }: { headers: { authorization: string } }) => headers.authorization.slice(7)

type Options = Partial<ManagerOptions & SocketOptions>

/** A client of `url` that is closed when the test ends, and gathers what it is sent. */
export function open(t: Test, url: string, auth: object | undefined, options: Options = {}) {
  const socket: ClientSocket = io(url, {
    forceNew: true,
    reconnection: false,
    transports: ['websocket'],
    ...(auth && { auth }),
    ...options,
  })
  t.teardown(() => socket.disconnect())
  const events: AnyEvent[] = []
  const readies: StreamReady[] = []
  let changed = () => {}
  let next = new Promise<void>(() => {})
  const note = () => {
    changed()
    next = new Promise((resolve) => {
      changed = resolve
    })
  }
  note()
  let failure: Error | undefined
  const end = (why: string) => {
    if (!options.reconnection) failure = new Error(`the connection has ended: ${why}`)
    note()
  }
  socket.on('connect_error', ({ message }) => end(message)).on('disconnect', end)
  socket.onAny((name: string, message) => {
    if (name === 'stream:ready') readies.push(message)
    else if (name === 'events') events.push(...message)
    else if (typeof message === 'object' && 'offset' in message) events.push(message)
    note()
  })
  return {
    socket,
    events,
    readies,
    /** Resolves once `holds` does; what is sent is the only clock. Throws when no more will be sent. */
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) {
        if (failure) throw failure
        await next
      }
    },
    async ready(): Promise<StreamReady> {
      await this.until(() => readies.length > 0)
      return readies.at(-1) as StreamReady
    },
    /** The refusal's code, or what the transport said. */
    async refused(): Promise<string> {
      const [error] = await once(socket as never, 'connect_error')
      return error.data?.code ?? error.message
    },
  }
}

/** Whether `events` are numbered from `first` to `last` without a gap, a repetition or a turn. */
export const isDense = (events: AnyEvent[], first: number, last: number) =>
  events.length === last - first + 1 && events.every(({ offset }, i) => offset === first + i)

/** Resolves once all that is in the log was handed to the sockets. */
export async function relayed(app: App): Promise<void> {
  const head = await app.eventLog.head()
  if (app.relay.position >= head) return
  await new Promise<void>((resolve) => {
    const stop = app.relay.subscribe((events) => {
      if ((events.at(-1)?.offset ?? 0) < head) return
      stop()
      resolve()
    })
  })
}
