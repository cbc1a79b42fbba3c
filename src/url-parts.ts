import { isIP } from 'node:net'

/** Labels of letters, digits and hyphens (RFC 1123, 2.1), and of underscores, which names of containers have. */
const NAME = /^(?=.{1,254}$)[a-z\d_]([\w-]{0,61}[a-z\d_])?(\.[a-z\d_]([\w-]{0,61}[a-z\d_])?)*\.?$/i
/** What resolvers take for an IPv4 address in one of its old forms, such as 127.1 or 0x7f000001 (inet_aton). */
const NUMBER = /(^|\.)(\d+|0x[\da-f]*)\.?$/i

/** Whether `text` is an IP address, without brackets, or a name that a resolver may know. */
export const isHostName = (text: string): boolean =>
  isIP(text) !== 0 || (NAME.test(text) && !NUMBER.test(text))

/** The host of a URL, an IPv6 address without its brackets. */
export const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

/** Whether every `%` in `texts` begins two digits that, together with others, encode a character. */
export function areDecodable(...texts: string[]): boolean {
  try {
    // Not a call for each: rolldown leaves out those whose result nobody uses, though they may throw.
    texts.forEach(decodeURIComponent)
    return true
  } catch {
    return false
  }
}
