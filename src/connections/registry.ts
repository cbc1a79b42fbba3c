import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { limitKey } from '../http/client-address.js'
import { Connection } from './connection.js'

export interface RegistryOptions {
  /** Open connections of one address at most; 0 for no limit. */
  perAddress: number
  /** Whether a peer stands for many clients, so that its connections are not counted. */
  isProxy(address: string): boolean
}

const ignore = () => {}

/** Every open connection of a server. */
export class Registry {
  readonly #options: RegistryOptions
  readonly #open = new Map<Duplex, Connection>()
  readonly #counts = new Map<string, number>()

  constructor(options: RegistryOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#open.size
  }

  of(socket: Duplex): Connection | undefined {
    return this.#open.get(socket)
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#open.values()
  }

  /**
   * Takes in a connection that was accepted just now, until it closes. From then on an error of it is never uncaught,
   * whatever becomes of it, and its address is known even after the peer has reset it.
   * @returns whether it may stay; undefined when the peer has left already
   */
  accept(socket: Socket): boolean | undefined {
    socket.on('error', ignore)
    // Asked now, because net.Socket remembers it: a connection that was reset has none to tell.
    const address = socket.remoteAddress
    if (address === undefined) return undefined
    const { perAddress, isProxy } = this.#options
    const key = perAddress > 0 && !isProxy(address) ? limitKey(address) : undefined
    if (key !== undefined && (this.#counts.get(key) ?? 0) >= perAddress) return false
    this.#open.set(socket, new Connection(socket, key))
    this.#count(key, 1)
    socket.once('close', () => {
      this.#open.delete(socket)
      this.#count(key, -1)
    })
    return true
  }

  #count(key: string | undefined, change: number): void {
    if (key === undefined) return
    const count = (this.#counts.get(key) ?? 0) + change
    if (count > 0) this.#counts.set(key, count)
    else this.#counts.delete(key)
  }
}
