import type { IncomingMessage } from 'node:http'
import type { Config } from '../config.js'
import { isOwnOrigin } from '../http/own-origin.js'
import { trustOf } from '../http/trust.js'
import { newId } from '../ids.js'
import { type Finding, findingsOf, reasonOf } from './finding.js'
import { listenAt, type Place, runningVersion, unavailable } from './port.js'
import { canUpgrade } from './upgrade.js'

const { ok, warning, fault } = findingsOf('proxy')

const PATIENCE_MS = 5_000
/** An address for documentation (RFC 5737), which no client has. */
const FORGED = '203.0.113.66'

const HEADERS = 'Let the proxy send Host, X-Forwarded-For and X-Forwarded-Proto as deploy/nginx.conf does.'

/** A request as it arrived, with the forged address in X-Forwarded-For. */
interface Arrival {
  /** How many proxies have added an address. */
  proxies: number
  /** How many of the addresses are believed, from the nearest proxy on. */
  believed: number
  /** Whether the address of this machine is a trusted one itself. */
  isTrustedHere: boolean
  /** Whether a page of the public address counts as the server's own. */
  isOwn: boolean
  /** The host and the scheme that it is for. */
  host: string
  scheme: string
}

function arrivalOf(request: IncomingMessage, url: string, trustProxy: Config['trustProxy']): Arrival {
  const { headers } = request
  const trust = trustOf(trustProxy)
  const chain = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .flatMap((item) => item.trim() || [])
    .toReversed()
  let address = request.socket.remoteAddress ?? ''
  let believed = 0
  while (believed < chain.length && trust(address, believed)) address = chain[believed++] ?? ''
  const added = chain.filter((item) => item !== FORGED)
  return {
    proxies: added.length,
    believed,
    isTrustedHere: typeof trustProxy === 'string' && trust(added.at(-1) ?? '', 0),
    isOwn: isOwnOrigin(request, new URL(url).origin, trust),
    host: String(headers['x-forwarded-host'] ?? headers.host),
    scheme: String(headers['x-forwarded-proto'] ?? 'plain HTTP'),
  }
}

/** Judges the chain of proxies. */
function judgeTrust(
  { proxies, believed, isTrustedHere }: Arrival,
  trustProxy: Config['trustProxy'],
): Finding {
  if (proxies === 0)
    return trustProxy === false
      ? ok('no proxy tells the addresses of clients, and none is trusted')
      : fault(
          'no proxy adds the address of its client, and TRUST_PROXY trusts what clients send',
          `${HEADERS} Without a proxy, set TRUST_PROXY=false.`,
        )
  const cure = `Set TRUST_PROXY=${proxies}.`
  if (believed < proxies)
    return fault(
      `all clients appear to have the address of a proxy and share one rate limit: ${proxies} proxies add addresses, and ${believed} are trusted`,
      cure,
    )
  if (believed > proxies && !isTrustedHere)
    return fault(
      'a client can choose the address that it is limited by: more proxies are trusted than there are',
      cure,
    )
  return ok(`clients are told apart behind ${proxies} proxies`)
}

/** Judges whether pages of the public address count as the server's own. */
function judgeOrigin({ isOwn, host, scheme }: Arrival, url: string): Finding[] {
  const wanted = new URL(url)
  if (!isOwn)
    return [
      fault(
        `the dashboard cannot sign in: the request for ${wanted.host} arrives for ${host}`,
        `${HEADERS} In nginx: proxy_set_header Host $host;`,
      ),
    ]
  if (wanted.protocol === 'https:' && scheme !== 'https')
    return [
      fault(
        `HTTPS arrives as ${scheme}: plain pages could act for signed-in users`,
        `${HEADERS} In nginx: proxy_set_header X-Forwarded-Proto $scheme;`,
      ),
    ]
  return []
}

/** Listens in the server's place, and records a request as it arrives through the proxies. */
async function examineArrival(
  url: string,
  place: Place,
  trustProxy: Config['trustProxy'],
): Promise<Finding[]> {
  const nonce = newId()
  let arrival: Arrival | undefined
  const server = await listenAt(place, (request, response) => {
    // Others must not take the doctor for a server that works.
    if (request.headers['x-doctor'] !== nonce) return unavailable(response)
    arrival = arrivalOf(request, url, trustProxy)
    response.end(nonce)
  })
  server.on('upgrade', (request, socket) =>
    request.headers['x-doctor'] === nonce
      ? socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      : socket.destroy(),
  )
  try {
    const answer = await fetch(`${url}/health/live`, {
      headers: { 'x-doctor': nonce, 'x-forwarded-for': FORGED },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const text = await answer.text()
    if (!arrival || text !== nonce)
      return [
        fault(
          `a request to ${url} gets ${answer.status} from something else, and does not arrive here`,
          `Let the proxy pass requests on to port ${place.port} of this machine.`,
        ),
      ]
    const upgrades = await canUpgrade(url, { 'x-doctor': nonce })
    return [
      judgeTrust(arrival, trustProxy),
      ...judgeOrigin(arrival, url),
      ...(upgrades ? [] : [noUpgrade(url)]),
    ]
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const noUpgrade = (url: string) =>
  warning(
    `WebSockets do not pass through ${url}: live events come by long polling, at more cost`,
    'Let the proxy pass Upgrade and Connection on; deploy/nginx.conf shows how.',
  )

/** Looks at a running server, from outside. */
async function examineFromOutside(url: string): Promise<Finding[]> {
  const version = await runningVersion(url)
  if (version === undefined)
    return [
      fault(
        `no Stockroom answers at ${url}`,
        'See that the proxy runs and passes all paths on, and that PUBLIC_URL is right.',
      ),
    ]
  const found = (await canUpgrade(url))
    ? [ok(`Stockroom ${version} answers at ${url}, with WebSockets`)]
    : [noUpgrade(url)]
  found.push(ok('stop the server and ask again to see how requests arrive through the proxies'))
  return found
}

/**
 * Examines the proxies between clients and this machine by requests to `url`.
 * @param free whether nothing listens at `place`, so the doctor can receive the requests itself
 */
export async function examineProxies(
  url: string | undefined,
  { place, free, trustProxy }: { place: Place; free: boolean; trustProxy: Config['trustProxy'] },
): Promise<Finding[]> {
  if (url === undefined) return []
  try {
    return await (free ? examineArrival(url, place, trustProxy) : examineFromOutside(url))
  } catch (error) {
    const { cause } = error as { cause?: unknown }
    return [
      fault(
        `${url} cannot be reached from here: ${reasonOf(cause ?? error)}`,
        'See that its name resolves, that the proxy runs, and that its certificate is valid.',
      ),
    ]
  }
}
