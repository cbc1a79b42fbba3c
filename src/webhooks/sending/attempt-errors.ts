import type { AttemptError } from '../../contract/webhook.js'

const BY_CODE: Record<string, AttemptError> = {
  EADDRREFUSED: 'address-refused',
  ENOTFOUND: 'name-not-found',
  ENODATA: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  ESERVFAIL: 'name-not-found',
  EREFUSED: 'name-not-found',
  ETIMEOUT: 'name-not-found', // of c-ares
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_SOCKET: 'connection-closed',
  ECONNRESET: 'connection-closed',
  EPIPE: 'connection-closed',
  UND_ERR_HEADERS_OVERFLOW: 'invalid-answer',
}

/** The codes of failed TLS handshakes (OpenSSL's of certificates are upper-case words without a common prefix). */
const OF_TLS =
  /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH|EPROTO)/

/** What undici says when it ends a connection because of an unsolicited 100 or 101. */
const OF_ANSWERS = new Set(['bad response', 'bad upgrade'])

/** Returns the class of an error of undici, of a socket or of node:dns. */
export function errorOf(error: unknown): AttemptError {
  const { code = '', name, message = '' } = error as { code?: string; name?: string; message?: string }
  if (name === 'HTTPParserError' || (code === 'UND_ERR_SOCKET' && OF_ANSWERS.has(message)))
    return 'invalid-answer'
  if (OF_TLS.test(code)) return 'certificate'
  return BY_CODE[code] ?? 'connection-failed'
}
