import { areDecodable, bareHost, isHostName } from '../../url-parts.js'

/** The parts of a database server URL. */
export interface ServerAddress {
  host: string
  port: number
  user: string
  password: string
  database: string
  /** Whether to use TLS with certificate verification. */
  tls: boolean
}

const DEFAULT_PORT = 3306

/**
 * Validates a database server URL; returns the fault or undefined. Unknown parameters are rejected: if they
 * were ignored, a misspelt `?sslMode=REQUIRED` would connect in plain text. The message repeats no part of
 * the URL which may be secret.
 */
export function serverUrlFault(url: string): string | undefined {
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
  for (const name of new Set(searchParams.keys()))
    if (name !== 'ssl')
      return `has the unknown parameter "${name}": the only one is ssl=true, for TLS with a certificate that is checked`
  const values = searchParams.getAll('ssl')
  if (values.length > 1) return 'has the parameter "ssl" more than once'
  if (values.length === 1 && !['true', 'false'].includes(String(values[0])))
    return `has the parameter "ssl" set to "${values[0]}": it must be true or false`
  return undefined
}

/** Parses a URL accepted by `serverUrlFault`. */
export function parseServerUrl(url: string): ServerAddress {
  const parsed = new URL(url)
  const { port, username, password, pathname, searchParams } = parsed
  return {
    host: bareHost(parsed),
    port: Number(port || DEFAULT_PORT),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    tls: searchParams.get('ssl') === 'true',
  }
}
