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
} from '../../src/contract/events.js'
import { PATIENCE_MS } from './patience.js'

export type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>

/** Starts `app` on a free port. @returns its address. */
export async function listen(app: App): Promise<string> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

/** Extracts the access token from request headers. */
export const token = ({ headers }: { headers: { authorization: string } }) => headers.authorization.slice(7)

type Options = Partial<ManagerOptions & SocketOptions>

/** Connects a client to `url` that records events and is closed when the test ends. */
export function open(t: Test, url: string, auth: object | undefined, options: Options = {}) {
  const socket: ClientSocket = io(url, {
    forceNew: true,
    reconnection: false,
    timeout: PATIENCE_MS,
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
  const end = (reason: string) => {
    if (!options.reconnection) failure = new Error(`the connection has ended: ${reason}`)
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
    /** Resolves once `holds` returns true, checking on every message. Throws if the connection has ended. */
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
    /** Resolves with the code of the refusal, or the transport's error message. */
    async refused(): Promise<string> {
      const [error] = await once(socket as never, 'connect_error')
      return error.data?.code ?? error.message
    },
  }
}

/** Returns whether `events` have exactly the offsets from `first` to `last` in order. */
export const isDense = (events: AnyEvent[], first: number, last: number) =>
  events.length === last - first + 1 && events.every(({ offset }, i) => offset === first + i)

/** Resolves once the whole log has been relayed to the sockets. */
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
