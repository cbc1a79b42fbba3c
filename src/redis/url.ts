const FORM = 'must be redis://USER:PASSWORD@HOST:PORT/NUMBER, or rediss:// for TLS'

/**
 * What is wrong with the URL of a Redis server, or undefined. It takes no parameters: one that is ignored, as `?tls=true`,
 * would leave the connection in plain text. Repeats no part of the URL that may be secret.
 */
export function redisUrlFault(url: string): string | undefined {
  if (!/^rediss?:\/\//.test(url)) return FORM
  const [, query] = url.split(/\?(.*)/s)
  const [parameter] = new URLSearchParams(query).keys()
  // In a password that is not encoded the "?" is before the host, and what follows may be secret.
  if (parameter !== undefined && !query?.includes('@'))
    return `has the unknown parameter "${parameter}": it takes none; TLS is rediss://`
  return /^rediss?:\/\/[^/?#]+(\/\d*)?$/.test(url) && URL.canParse(url) ? undefined : FORM
}
