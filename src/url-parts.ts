import { isIP } from 'node:net'

/** Labels of letters, digits and hyphens (RFC 1123, 2.1), and of underscores, which names of containers have. */
const NAME = /^(?=.{1,254}$)[a-z\d_]([\w-]{0,61}[a-z\d_])?(\.[a-z\d_]([\w-]{0,61}[a-z\d_])?)*\.?$/i
/** A name taken by resolvers for an IPv4 address in one of its old forms, such as 127.1 or 0x7f000001 (inet_aton). */
const NUMBER = /(^|\.)(\d+|0x[\da-f]*)\.?$/i

/** Whether `text` is an IP address, without brackets, or a name that a resolver may know. */
export const isHostName = (text: string): boolean =>
  isIP(text) !== 0 || (NAME.test(text) && !NUMBER.test(text))

/** The host of a URL, an IPv6 address without its brackets. */
export const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

/** Whether every `%` in `texts` is part of the encoding of a character. */
export function areDecodable(...texts: string[]): boolean {
  try {
    // Not a call for each: rolldown drops calls whose result is unused, though they may throw.
    texts.forEach(decodeURIComponent)
    return true
  } catch {
    return false
  }
}

/** The hosts of a URL may be several, separated by commas, which no URL parser accepts. */
const AUTHORITY = /^([a-z+]+:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/is

/** Splits a URL with several hosts, as in `mysql://user@h1,h2:3307/shop`, into one URL for each. */
export function urlOfEachHost(url: string): string[] {
  const [, start = '', hosts = '', rest = ''] = AUTHORITY.exec(url) ?? []
  return hosts.includes(',') ? hosts.split(',').map((host) => `${start}${host}${rest}`) : [url]
}

/** Returns the hosts of a URL with their ports, as they are written. */
export const hostsOf = (url: string): string => AUTHORITY.exec(url)?.[2] ?? ''

/** Returns a URL without its password and parameters, for messages. */
export function withoutSecrets(url: string): string {
  const [, start = '', hosts = '', rest = ''] = AUTHORITY.exec(url) ?? []
  return `${start.replace(/:[^/].*@$/s, '@')}${hosts}${rest.replace(/[?#].*$/s, '')}`
}
