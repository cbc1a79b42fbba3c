/** The parts of a database server's URL. */
export interface ServerAddress {
  host: string
  port: number
  user: string
  password: string
  database: string
  /** Whether to connect over TLS, with a certificate that is checked. */
  tls: boolean
}

const STANDARD_PORT = 3306

/**
 * What is wrong with the URL of a database server, or undefined. Every parameter is either understood or refused: with a
 * misspelt one ignored, `?sslMode=REQUIRED` would connect in plain text. Repeats no part of the URL that may be secret.
 */
export function serverUrlFault(url: string): string | undefined {
  if (!URL.canParse(url))
    return 'is not a URL: percent-encode special characters of the user and the password, as in %23 for #'
  const { hash, hostname, pathname, searchParams } = new URL(url)
  if (hash) return 'has a "#": write it as %23 where it is part of the password'
  if (!hostname || pathname.length < 2) return 'names no database, as in mysql://user@host/shop'
  for (const name of new Set(searchParams.keys()))
    if (name !== 'ssl')
      return `has the unknown parameter "${name}": the only one is ssl=true, for TLS with a certificate that is checked`
  const values = searchParams.getAll('ssl')
  if (values.length > 1) return 'has the parameter "ssl" more than once'
  if (values.length === 1 && !['true', 'false'].includes(String(values[0])))
    return `has the parameter "ssl" set to "${values[0]}": it must be true or false`
  return undefined
}

/** Takes apart a URL in which `serverUrlFault` finds no fault. */
export function parseServerUrl(url: string): ServerAddress {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || STANDARD_PORT),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    tls: searchParams.get('ssl') === 'true',
  }
}
