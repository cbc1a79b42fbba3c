import { randomUUID } from 'node:crypto'
import { accessOf, locate, SINGLE_USE } from './locate.js'
import type { RedisAddress } from './url.js'

export interface ConnectionOptions {
  address: RedisAddress
  /** Prefix of all keys and channels of this shop. */
  prefix: string
  /** Id of this process. */
  node: string
  /** Called with each message on the shop's channel. */
  onMessage(message: string): void
  /** Called when the connection ends, with the cause as far as known. */
  onEnd(cause: Error): void
}

/** Writes and reads in one script, as the rate limits do: fails on a replica, on a full server and while it is loading. */
const PROOF = `redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000) return redis.call('GET', KEYS[1])`

export type Connection = Awaited<ReturnType<typeof openConnection>>

/**
 * Opens two connections to Redis, because a subscribed connection accepts no other commands. Single-use: a failed
 * connection is dropped and replaced, so no command waits in an offline queue, and the server is looked up again.
 * @throws the error of the search
 */
export async function openConnection({ address, prefix, node, onMessage, onEnd }: ConnectionOptions) {
  const place = await locate(address, prefix)
  // Loaded only if REDIS_URL is set.
  const { Redis } = await import('ioredis')
  const channel = prefix.slice(0, -1)
  const ownChannel = `${prefix}${node}`
  const inbox = randomUUID()
  const channelOf = (other: string) => `${prefix}inbox:${other}`
  const inboxChannel = channelOf(inbox)
  let onInbox: ((message: string) => void) | undefined
  let cause: Error | undefined
  let onEcho: ((nonce: string) => void) | undefined

  const open = () => {
    const client = new Redis({ ...place, ...accessOf(address), ...SINGLE_USE })
    client.on('error', (error: Error) => {
      cause ??= error
      // Over TLS the destroyed socket may emit a second error: the client handles only one, and Node would crash.
      client.stream?.on('error', () => undefined)
    })
    client.on('end', () => onEnd(cause ?? new Error('the connection ended')))
    return client
  }
  const client = open()
  const subscriber = open()
  subscriber.on('message', (from: string, message: string) => {
    if (from === channel) onMessage(message)
    else if (from === inboxChannel) onInbox?.(message)
    else if (from === ownChannel) onEcho?.(message)
  })
  const drop = () => {
    client.disconnect()
    subscriber.disconnect()
  }

  const proveWrites = async (): Promise<void> => {
    const nonce = randomUUID()
    const stored = await client.eval(PROOF, 1, `${prefix}proof:${node}`, nonce)
    if (stored !== nonce) throw new Error('a written value could not be read back')
  }

  const proveMessages = async (): Promise<void> => {
    const nonce = randomUUID()
    const echo = new Promise<void>((resolve) => {
      onEcho = (message) => {
        if (message === nonce) resolve()
      }
    })
    await client.publish(ownChannel, nonce)
    await echo
  }

  const prove = async (): Promise<void> => {
    await Promise.all([proveWrites(), proveMessages()])
    // A failed SELECT of the database surfaces only as an 'error' event.
    if (cause) throw cause
  }

  return {
    client,
    drop,

    /** Id of the inbox in which this connection, and no later one, receives messages. */
    inbox,

    /** Sets the receiver of the messages in the inbox. */
    onInbox(receive: (message: string) => void): void {
      onInbox = receive
    },

    /** Sends a message to the inbox of another process. @returns the number of connections that got it: 0 if it has gone */
    post: (to: string, message: string): Promise<number> => client.publish(channelOf(to), message),

    /** Writes a value and reads it back, publishes a message and receives it. @throws if either fails */
    prove,

    /** Connects, subscribes, and proves both connections. */
    async begin(): Promise<void> {
      try {
        await Promise.all([client.connect(), subscriber.connect()])
        // Subscribe last: a malformed reply to SUBSCRIBE would crash the process (ioredis 5.11).
        await Promise.all([proveWrites(), subscriber.ping()])
        await subscriber.subscribe(channel, ownChannel, inboxChannel)
        await prove()
      } catch (error) {
        throw cause ?? error
      }
    },

    /** Publishes `message` to all processes of the shop, including this one. */
    async publish(message: string): Promise<void> {
      await client.publish(channel, message)
    },

    /** Closes both connections gracefully. */
    async close(): Promise<void> {
      await Promise.all([client.quit(), subscriber.quit()])
    },
  }
}
