import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { reset as resetSocket } from '../../helpers/raw-connection.js'
import type { DatabaseLink, HeldCommit, Link } from '../fault.js'
import type { Lifetime } from '../lifetime.js'
import { CommitFinder } from './commits.js'

interface Connection {
  client: Socket
  server: Socket
  /** Resets both ends. @returns whether they were still open */
  reset(): boolean
  /** Receives the server's data instead of the client while a response is withheld. */
  intercept: ((chunk: Buffer) => void) | undefined
  /** Whether further data from the client is dropped. */
  dropsInput: boolean
}

type AtCommit = (connection: Connection) => 'forward' | 'drop' | 'reset'

/** A TCP proxy in front of a local service that simulates network failures on request. */
export class LinkProxy implements Link {
  readonly #connections = new Set<Connection>()
  readonly #target: number
  readonly #listener: Server
  #state: 'up' | 'down' | 'frozen' = 'up'
  #atCommit: AtCommit[] = []
  /** Called at every COMMIT while set. */
  protected atEveryCommit: AtCommit | undefined
  /** The number of connections affected by the outage. */
  #affected = 0

  /** @param target the port of the service */
  constructor(lifetime: Lifetime, target: number) {
    this.#target = target
    this.#listener = createServer((client) => this.#accept(client))
    lifetime.teardown(() => {
      this.#listener.close()
      this.fail()
    })
  }

  /** @returns the port of the proxy */
  async listen(): Promise<number> {
    this.#listener.listen(0, '127.0.0.1')
    await once(this.#listener, 'listening')
    return (this.#listener.address() as { port: number }).port
  }

  fail(): void {
    this.#state = 'down'
    this.#affected = this.#connections.size
    for (const { reset } of this.#connections) reset()
  }

  freeze(): void {
    this.#state = 'frozen'
    this.#affected = this.#connections.size
    for (const { client, server } of this.#connections) {
      client.pause()
      server.pause()
    }
  }

  restore(): number {
    this.#state = 'up'
    for (const { client, server } of this.#connections) {
      client.resume()
      server.resume()
    }
    return this.#affected
  }

  /** Calls `act` at the next COMMIT, before forwarding it. */
  protected atNextCommit(act: AtCommit): void {
    this.#atCommit.push(act)
  }

  #accept(client: Socket): void {
    if (this.#state !== 'up') this.#affected++
    if (this.#state === 'down') {
      resetSocket(client.on('error', () => undefined))
      return
    }
    const server = connect(this.#target, '127.0.0.1')
    const reset = () => {
      const wasOpen = !client.destroyed
      resetSocket(client)
      resetSocket(server)
      this.#connections.delete(connection)
      return wasOpen
    }
    const connection: Connection = { client, server, reset, intercept: undefined, dropsInput: false }
    this.#connections.add(connection)
    const commits = new CommitFinder()
    client.on('data', (chunk: Buffer) => {
      if (connection.dropsInput) return
      const before = commits.find(chunk)
      const act = before === undefined ? undefined : (this.atEveryCommit ?? this.#atCommit.shift())
      const action = act?.(connection) ?? 'forward'
      if (action === 'forward') server.write(chunk)
      else server.write(chunk.subarray(0, before), action === 'reset' ? reset : undefined)
      connection.dropsInput = action !== 'forward'
    })
    server.on('data', (chunk: Buffer) =>
      connection.intercept ? connection.intercept(chunk) : client.write(chunk),
    )
    client.on('end', () => server.end())
    server.on('end', () => client.end())
    for (const socket of [client, server]) socket.setNoDelay().on('error', reset).on('close', reset)
    if (this.#state === 'frozen') {
      client.pause()
      server.pause()
    }
  }
}

/** A proxy in front of a database server that can intercept COMMITs. */
export class DatabaseProxy extends LinkProxy implements DatabaseLink {
  nextCommit(): Promise<HeldCommit> {
    return new Promise((resolve) => {
      this.atNextCommit((connection) => {
        const kept: Buffer[] = []
        const answered = new Promise<void>((arrived) => {
          connection.intercept = (chunk) => {
            kept.push(chunk)
            arrived()
          }
          connection.server.once('close', arrived)
        })
        const release = () => {
          connection.intercept = undefined
          if (!connection.client.destroyed) connection.client.write(Buffer.concat(kept))
        }
        resolve({ answered: () => answered, release, cut: connection.reset })
        return 'forward'
      })
    })
  }

  dropCommits(): () => number {
    const kept: Connection[] = []
    this.atEveryCommit = (connection) => {
      kept.push(connection)
      return 'drop'
    }
    return () => {
      this.atEveryCommit = undefined
      for (const { reset } of kept) reset()
      return kept.length
    }
  }

  cutBeforeCommit(): Promise<void> {
    return new Promise((resolve) => {
      this.atNextCommit(({ server }) => {
        server.once('close', () => resolve())
        return 'reset'
      })
    })
  }
}
