import { io, type Socket } from 'socket.io-client'
import type {
  AnyEvent,
  ClientToServerEvents,
  ServerToClientEvents,
  StreamReady,
} from '../../../src/contract/events.js'
import type { Account } from './account.js'
import type { ReceivedEvent } from './listener.js'

/**
 * An admin listening on a bare socket instead of the client from src/client, which would drop duplicates. Resumes from the
 * last received offset.
 */
export class RawListener {
  readonly name: string
  readonly namespace = '/admin'
  readonly account: Account
  readonly received: ReceivedEvent[] = []
  resets = 0
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>

  constructor({ name, account, url, epoch }: { name: string; account: Account; url: string; epoch: string }) {
    this.name = name
    this.account = account
    this.#socket = io(`${url}/admin`, {
      autoConnect: false,
      forceNew: true,
      transports: ['websocket'],
      reconnectionDelay: 100,
      reconnectionDelayMax: 1_000,
      auth: (send) =>
        send({ token: account.accessToken, epoch, offset: this.received.at(-1)?.offset ?? 0, batch: true }),
    })
    this.#socket.on('events', (events: AnyEvent[]) => {
      for (const { offset, type, data } of events)
        this.received.push({ offset, type, data: JSON.stringify(data) })
    })
    this.#socket.on('stream:ready', ({ recovered }: StreamReady) => {
      if (!recovered) this.resets++
    })
    // Socket.IO does not reconnect in these cases: the server ended the session or refused the token.
    this.#socket.on('disconnect', (reason) => reason === 'io server disconnect' && this.#socket.connect())
    this.#socket.on('connect_error', () => {
      if (!this.#socket.active)
        account.renew().then(
          () => this.#socket.connect(),
          () => undefined,
        )
    })
  }

  open(): void {
    this.#socket.connect()
  }

  async close(): Promise<void> {
    this.#socket.disconnect()
  }
}
