import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { limitKey } from '../http/client-address.js'
import { Connection } from './connection.js'

export interface RegistryOptions {
  /** Maximum open connections per address; 0 for no limit. */
  perAddress: number
  /** Time to discard the rest of a request that was answered before it was received, in milliseconds. */
  lingerMs: number
  /** Whether `address` is a trusted proxy, whose connections are exempt from the limit. */
  isProxy(address: string): boolean
}

const ignore = () => {}

/** Open connections of a server, counted per address. */
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
   * Registers a new connection until it closes. From then on its errors are never uncaught, and its address is known even
   * after a reset by the peer.
   * @returns false if the address is at its limit; undefined if the peer has already disconnected
   */
  accept(socket: Socket): boolean | undefined {
    socket.on('error', ignore)
    // Read now because net.Socket caches it: after a reset it is no longer available.
    const address = socket.remoteAddress
    if (address === undefined) return undefined
    const { perAddress, lingerMs, isProxy } = this.#options
    const key = perAddress > 0 && !isProxy(address) ? limitKey(address) : undefined
    if (key !== undefined && (this.#counts.get(key) ?? 0) >= perAddress) return false
    this.#open.set(socket, new Connection(socket, key, lingerMs))
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
