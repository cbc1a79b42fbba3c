import { readTls, TLS_PARAMETERS, type TlsOptions, tlsFault } from '../../tls-files.js'
import { areDecodable, bareHost, isHostName, urlOfEachHost } from '../../url-parts.js'

/** The parts of a database server URL. */
export interface ServerAddress {
  host: string
  port: number
  user: string
  password: string
  database: string
  /** TLS with certificate verification; undefined for plain text. */
  tls: TlsOptions | undefined
}

const DEFAULT_PORT = 3306
const MAX_HOSTS = 9

/**
 * Validates a database server URL, with one host or several; returns the fault or undefined. Unknown parameters are
 * rejected: if they were ignored, a misspelt `?sslMode=REQUIRED` would connect in plain text. The message repeats no part
 * of the URL which may be secret.
 */
export function serverUrlFault(url: string): string | undefined {
  const urls = urlOfEachHost(url)
  if (urls.length > MAX_HOSTS) return `has ${urls.length} hosts: ${MAX_HOSTS} at most`
  for (const each of urls) {
    const fault = hostFault(each)
    if (fault) return fault
  }
  const hosts = urls.map((each) => parseHost(new URL(each)))
  const names = new Set(hosts.map(({ host, port }) => `${host} ${port}`))
  return names.size < hosts.length ? 'names a host twice' : tlsFault(new URL(String(urls[0])).searchParams)
}

/** Validates the URL of one host. */
function hostFault(url: string): string | undefined {
  if (!URL.canParse(url))
    return 'is not a URL: percent-encode special characters of the user and the password, as in %23 for #'
  const parsed = new URL(url)
  const { hash, hostname, port, username, password, pathname, searchParams } = parsed
  if (hash) return 'has a "#": write it as %23 where it is part of the password'
  if (!hostname || pathname.length < 2) return 'names no database, as in mysql://user@host/shop'
  if (!isHostName(bareHost(parsed))) return 'has no valid host'
  if (port === '0') return 'has the port 0, where no server listens'
  if (!areDecodable(username, password, pathname))
    return 'has an invalid "%" escape: write a literal % as %25'
  if (pathname.includes('/', 1)) return 'has a "/" too many: write it as %2F where it is part of the password'
  return parameterFault(searchParams)
}

function parameterFault(parameters: URLSearchParams): string | undefined {
  for (const name of new Set(parameters.keys()))
    if (name !== 'ssl' && !TLS_PARAMETERS.includes(name))
      return `has the unknown parameter "${name}": there are ssl=true, for TLS with a certificate that is checked, and with it ${TLS_PARAMETERS.join(', ')}`
  const values = parameters.getAll('ssl')
  if (values.length > 1) return 'has the parameter "ssl" more than once'
  if (values.length === 1 && !['true', 'false'].includes(String(values[0])))
    return `has the parameter "ssl" set to "${values[0]}": it must be true or false`
  const needsTls = TLS_PARAMETERS.find((name) => parameters.has(name))
  if (needsTls && values[0] !== 'true') return `has the parameter "${needsTls}" without ssl=true`
  return undefined
}

const parseHost = (url: URL) => ({ host: bareHost(url), port: Number(url.port || DEFAULT_PORT) })

/**
 * Parses the URL of one host, accepted by `serverUrlFault`.
 * @throws an error of the file system for the files it names
 */
export function parseServerUrl(url: string): ServerAddress {
  const parsed = new URL(url)
  const { username, password, pathname, searchParams } = parsed
  return {
    ...parseHost(parsed),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    tls: searchParams.get('ssl') === 'true' ? readTls(searchParams) : undefined,
  }
}
