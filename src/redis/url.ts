import { readTls, TLS_PARAMETERS, type TlsOptions, tlsFault } from '../tls-files.js'
import { areDecodable, bareHost, isHostName, urlOfEachHost } from '../url-parts.js'

const FORM =
  'must be redis://USER:PASSWORD@HOST:PORT/NUMBER, redis+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/SERVICE/NUMBER or redis+cluster://USER:PASSWORD@HOST:PORT,HOST:PORT, with rediss for TLS'

const DEFAULT_PORTS = { single: 6379, sentinel: 26_379, cluster: 6379 }
type Kind = keyof typeof DEFAULT_PORTS

/** One server, its sentinels, or nodes of a cluster. */
export interface RedisAddress {
  kind: Kind
  hosts: { host: string; port: number }[]
  username: string | undefined
  password: string | undefined
  database: number
  /** The name under which the sentinels know the server. */
  service: string
  /** The credentials for the sentinels themselves. */
  sentinel: { username: string | undefined; password: string | undefined }
  /** TLS with certificate verification; undefined for plain text. */
  tls: TlsOptions | undefined
}

const SCHEME = /^redis(s?)(?:\+(sentinel|cluster))?:\/\//
const PATHS: Record<Kind, RegExp> = {
  single: /^(\/\d*)?$/,
  sentinel: /^\/[^/]+(\/\d*)?$/,
  cluster: /^\/?$/,
}
const SENTINEL_PARAMETERS = ['sentinelUsername', 'sentinelPassword']

const kindOf = (url: string): Kind => (SCHEME.exec(url)?.[2] as Kind | undefined) ?? 'single'

/**
 * Returns the fault of a Redis URL, or undefined if it is valid. Unknown parameters are rejected: ignoring `?tls=true`, for
 * example, would leave the connection in plain text. Never repeats a possibly secret part of the URL.
 */
export function redisUrlFault(url: string): string | undefined {
  const scheme = SCHEME.exec(url)
  if (!scheme) return FORM
  const [, query] = url.split(/\?(.*)/s)
  // In an unencoded password the "?" precedes the host, so the rest may be secret.
  if (query?.includes('@')) return FORM
  const parameters = new URLSearchParams(query)
  const kind = kindOf(url)
  const known = [...TLS_PARAMETERS, ...(kind === 'sentinel' ? SENTINEL_PARAMETERS : [])]
  const unknown = [...parameters.keys()].find((name) => !known.includes(name))
  if (unknown !== undefined)
    return `has the unknown parameter "${unknown}": use rediss:// for TLS, and with it ${TLS_PARAMETERS.join(', ')}`
  const needsTls = TLS_PARAMETERS.find((name) => parameters.has(name))
  if (needsTls && scheme[1] !== 's') return `has the parameter "${needsTls}" without rediss://`
  const urls = urlOfEachHost(url)
  if (kind === 'single' && urls.length > 1) return `has several hosts: ${FORM}`
  for (const each of urls) {
    const fault = hostFault(each, kind)
    if (fault) return fault
  }
  return tlsFault(parameters)
}

function hostFault(url: string, kind: Kind): string | undefined {
  if (!URL.canParse(url)) return FORM
  const { hash, pathname, hostname, port, username, password } = new URL(url)
  if (hash || !hostname || !PATHS[kind].test(pathname)) return FORM
  if (!isHostName(bareHost(new URL(url)))) return 'has no valid host'
  if (port === '0') return 'has the port 0, where no server listens'
  if (!areDecodable(username, password, pathname))
    return 'has an invalid "%" escape: write a literal % as %25'
  return undefined
}

/** Returns whether the URL names nodes of a cluster, where a shop's keys have to be together. */
export const isCluster = (url: string) => kindOf(url) === 'cluster'

/**
 * Parses a URL accepted by `redisUrlFault`.
 * @throws an error of the file system for the files it names
 */
export function parseRedisUrl(url: string): RedisAddress {
  const kind = kindOf(url)
  const urls = urlOfEachHost(url).map((each) => new URL(each))
  const { username, password, pathname, searchParams, protocol } = urls[0] as URL
  const path = pathname.split('/').slice(1).map(decodeURIComponent)
  const given = (text: string | null) => text || undefined
  return {
    kind,
    hosts: urls.map((each) => ({
      host: bareHost(each),
      port: Number(each.port || DEFAULT_PORTS[kind]),
    })),
    username: given(decodeURIComponent(username)),
    password: given(decodeURIComponent(password)),
    database: Number(path[kind === 'sentinel' ? 1 : 0] || 0),
    service: kind === 'sentinel' ? String(path[0]) : '',
    sentinel: {
      username: given(searchParams.get('sentinelUsername')),
      password: given(searchParams.get('sentinelPassword')),
    },
    tls: protocol.startsWith('rediss') ? readTls(searchParams) : undefined,
  }
}
