import { isIP } from 'node:net'
import { areDecodable, bareHost, isHostName } from '../url-parts.js'

/** A server for outgoing mail, and the account there. */
export interface SmtpServer {
  host: string
  port: number
  /** TLS from the start (`smtps:`); otherwise STARTTLS where the server has it. */
  secure: boolean
  /** Whether STARTTLS is required: always where a password is sent to another machine. */
  requireTLS: boolean
  auth: { user: string; pass: string } | undefined
}

const PORTS: Record<string, number> = { 'smtp:': 587, 'smtps:': 465 }

/** Returns the fault of MAIL_URL, or undefined if it is valid. It repeats no part, which may be secret. */
export function smtpUrlFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || PORTS[url.protocol] === undefined || !isHostName(bareHost(url)) || url.port === '0')
    return 'must be smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the start'
  if ((url.pathname !== '' && url.pathname !== '/') || url.search || url.hash)
    return 'must end after the port: it has no path and no parameters'
  if (Boolean(url.username) !== Boolean(url.password))
    return 'must have both a user and a password, or neither'
  if (!areDecodable(url.username, url.password)) return 'must have its user and password percent-encoded'
  return undefined
}

const isLocal = (host: string) =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** Parses a valid MAIL_URL. */
export function parseSmtpUrl(text: string): SmtpServer {
  const url = new URL(text)
  const host = bareHost(url)
  const secure = url.protocol === 'smtps:'
  const auth = url.username
    ? { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
    : undefined
  return {
    host,
    port: url.port ? Number(url.port) : (PORTS[url.protocol] ?? 0),
    secure,
    requireTLS: !secure && auth !== undefined && !isLocal(host),
    auth,
  }
}
