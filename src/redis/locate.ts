import type { Redis, RedisOptions } from 'ioredis'
import { TooSlow, within } from '../within.js'
import type { RedisAddress } from './url.js'

/** A hanging server must not use up the time to connect. */
const ASK_MS = 800

type Place = { host: string; port: number }

/** A reply of CLUSTER SLOTS: the first and the last slot, then their master, then its replicas. */
type Slots = [first: number, last: number, master: [host: string | null, port: number], ...unknown[]]

/** Settings of every connection: it is used once, and dropped when it fails. */
export const SINGLE_USE: RedisOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  enableReadyCheck: false, // `prove` checks more
  disableClientInfo: true,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: () => null,
}

/** The settings for Redis' own credentials and TLS. */
export const accessOf = ({ username, password, database, tls }: RedisAddress): RedisOptions => ({
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
  ...(database > 0 && { db: database }),
  ...(tls && { tls }),
})

async function askSentinel(client: Redis, { service }: RedisAddress): Promise<Place> {
  const answer = await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', service)
  if (!Array.isArray(answer)) throw new Error(`the sentinel knows no ${service}`)
  return { host: String(answer[0]), port: Number(answer[1]) }
}

async function askNode(client: Redis, place: Place, prefix: string): Promise<Place> {
  const slot = Number(await client.call('CLUSTER', 'KEYSLOT', prefix))
  const ranges = (await client.call('CLUSTER', 'SLOTS')) as Slots[]
  const owner = ranges.find(([first, last]) => first <= slot && slot <= last)?.[2]
  if (!owner) throw new Error('the cluster has no node for the keys of this shop')
  // A node unaware of its own address gives none.
  return { host: owner[0] || place.host, port: Number(owner[1]) }
}

/** Returns the place named by most: a sentinel or node cut off from the others may name the former one. */
function mostNamed(places: Place[]): Place | undefined {
  const names = places.map(({ host, port }) => `${host} ${port}`)
  const count = (name: string) => names.filter((each) => each === name).length
  return places.toSorted((a, b) => count(`${b.host} ${b.port}`) - count(`${a.host} ${a.port}`))[0]
}

/**
 * Finds the server to use: the one in the URL, the one named by the sentinels, or the node of a cluster with the keys
 * beginning with `prefix`.
 * @throws the error of the first host, if no host could tell
 */
export async function locate(address: RedisAddress, prefix: string): Promise<Place> {
  const { kind, hosts, tls, sentinel } = address
  if (kind === 'single') return hosts[0] as Place
  const { Redis } = await import('ioredis')
  const access =
    kind === 'cluster' ? accessOf(address) : accessOf({ ...address, ...sentinel, database: 0, tls })
  const answers = await Promise.allSettled(
    hosts.map(async (place) => {
      const client = new Redis({ ...place, ...access, ...SINGLE_USE })
      let cause: Error | undefined
      client.on('error', (error: Error) => {
        cause ??= error
        client.stream?.on('error', () => undefined)
      })
      const ask = async () => {
        await client.connect()
        return kind === 'sentinel' ? askSentinel(client, address) : askNode(client, place, prefix)
      }
      try {
        return await within(ASK_MS, ask())
      } catch (error) {
        throw error instanceof TooSlow ? error : (cause ?? error)
      } finally {
        client.disconnect()
      }
    }),
  )
  const found = mostNamed(answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])))
  if (found) return found
  throw answers.find((answer) => answer.status === 'rejected')?.reason
}
