import { areDecodable, bareHost, isHostName } from '../url-parts.js'

const FORM = 'must be redis://USER:PASSWORD@HOST:PORT/NUMBER, or rediss:// for TLS'

/**
 * Returns the fault of a Redis URL, or undefined if it is valid. Parameters are rejected: ignoring `?tls=true`, for example,
 * would leave the connection in plain text. Never repeats a possibly secret part of the URL.
 */
export function redisUrlFault(url: string): string | undefined {
  if (!/^rediss?:\/\//.test(url)) return FORM
  const [, query] = url.split(/\?(.*)/s)
  const [parameter] = new URLSearchParams(query).keys()
  // In an unencoded password the "?" precedes the host, so the rest may be secret.
  if (parameter !== undefined && !query?.includes('@'))
    return `has the unknown parameter "${parameter}": it has no parameters; use rediss:// for TLS`
  if (!/^rediss?:\/\/[^/?#]+(\/\d*)?$/.test(url) || !URL.canParse(url)) return FORM
  const parsed = new URL(url)
  if (!isHostName(bareHost(parsed))) return 'has no valid host'
  if (parsed.port === '0') return 'has the port 0, where no server listens'
  if (!areDecodable(parsed.username, parsed.password))
    return 'has an invalid "%" escape: write a literal % as %25'
  return undefined
}
