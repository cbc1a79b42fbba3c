import { randomUUID } from 'node:crypto'

export interface ConnectionOptions {
  url: string
  /** What all keys and channels of this shop begin with. */
  prefix: string
  /** This process, as others name it. */
  node: string
  /** Hears what processes say on the shop's channel. */
  onMessage(message: string): void
  /** Hears that the connection ended, and why as far as is known. */
  onEnd(cause: Error): void
}

/** Writes and reads in one script, as the limits do: a replica, a full server and one that only loads fail here. */
const PROOF = `redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000) return redis.call('GET', KEYS[1])`

export type Connection = Awaited<ReturnType<typeof openConnection>>

/**
 * Connects to Redis twice, because a connection that listens may do nothing else. It is for one use: what fails is
 * dropped and opened anew, so that nothing waits in a queue for better times.
 * @throws what keeps Redis from being reached
 */
export async function openConnection({ url, prefix, node, onMessage, onEnd }: ConnectionOptions) {
  // Loaded by those who set REDIS_URL alone.
  const { Redis } = await import('ioredis')
  const channel = prefix.slice(0, -1)
  const ownChannel = `${prefix}${node}`
  let cause: Error | undefined
  let heard: ((nonce: string) => void) | undefined

  const open = () => {
    const client = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      enableReadyCheck: false, // `prove` asks for more
      disableClientInfo: true,
      autoResubscribe: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    })
    client.on('error', (error: Error) => {
      cause ??= error
    })
    client.on('end', () => onEnd(cause ?? new Error('the connection ended')))
    return client
  }
  const client = open()
  const listener = open()
  listener.on('message', (from: string, message: string) => {
    if (from === channel) onMessage(message)
    else if (from === ownChannel) heard?.(message)
  })
  const drop = () => {
    client.disconnect()
    listener.disconnect()
  }

  const proveWrites = async (): Promise<void> => {
    const nonce = randomUUID()
    const kept = await client.eval(PROOF, 1, `${prefix}proof:${node}`, nonce)
    if (kept !== nonce) throw new Error('what was written could not be read')
  }

  const proveMessages = async (): Promise<void> => {
    const nonce = randomUUID()
    const echo = new Promise<void>((resolve) => {
      heard = (message) => {
        if (message === nonce) resolve()
      }
    })
    await client.publish(ownChannel, nonce)
    await echo
  }

  const prove = async (): Promise<void> => {
    await Promise.all([proveWrites(), proveMessages()])
    // Of a database that it may not choose, the client tells by an event alone.
    if (cause) throw cause
  }

  return {
    client,
    drop,

    /** Checks that what is written can be read, and that what is said is heard. @throws if it is not so */
    prove,

    /** Connects, listens, and proves it. */
    async begin(): Promise<void> {
      try {
        await Promise.all([client.connect(), listener.connect()])
        // Only then: an answer to a subscription that is none would end this process (ioredis 5.11).
        await Promise.all([proveWrites(), listener.ping()])
        await listener.subscribe(channel, ownChannel)
        await prove()
      } catch (error) {
        throw cause ?? error
      }
    },

    /** Says something to all processes of the shop, this one too. */
    async say(message: string): Promise<void> {
      await client.publish(channel, message)
    },

    /** Ends the connection in order. */
    async close(): Promise<void> {
      await Promise.all([client.quit(), listener.quit()])
    },
  }
}
