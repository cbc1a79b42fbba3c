import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { readSmallText } from './regular-file.js'
import { isHostName } from './url-parts.js'

/** The parameters of a URL for TLS: files in PEM, and the name required in the server's certificate. */
export const TLS_PARAMETERS = ['ca', 'cert', 'key', 'servername']

/** The options of a TLS connection beyond Node's defaults. */
export interface TlsOptions {
  /** The authorities to trust, instead of those Node trusts. */
  ca?: string[]
  /** The client's certificate, and the key to it. */
  cert?: string
  key?: string
  servername?: string
}

/** The systems' own bundles of authorities have a few hundred KiB. */
const MAX_FILE_BYTES = 1024 * 1024
const CERTIFICATE = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs

function read(parameters: URLSearchParams, name: string): string | undefined {
  const path = parameters.get(name)
  return path === null ? undefined : readSmallText(path, MAX_FILE_BYTES)
}

/**
 * Reads the files named by the TLS parameters of a URL.
 * @throws an error of the file system
 */
export function readTls(parameters: URLSearchParams): TlsOptions {
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((name) => read(parameters, name))
  const servername = parameters.get('servername')
  return {
    ...(ca !== undefined && { ca: ca.match(CERTIFICATE) ?? [] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(servername !== null && { servername }),
  }
}

function fileFault(parameters: URLSearchParams, name: string, check: (text: string) => unknown) {
  const text = parameters.get(name)
  if (text === null) return undefined
  try {
    check(read(parameters, name) ?? '')
    return undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code?.startsWith('ERR_OSSL') || code === undefined ? message : code
    return `names ${text} as "${name}", which cannot be used: ${reason}`
  }
}

/** Validates the TLS parameters of a URL, and their files; returns the fault or undefined. */
export function tlsFault(parameters: URLSearchParams): string | undefined {
  for (const name of TLS_PARAMETERS) {
    const values = parameters.getAll(name)
    if (values.length > 1) return `has the parameter "${name}" more than once`
    if (values[0] === '') return `has the parameter "${name}" without a value`
  }
  if (parameters.has('cert') !== parameters.has('key'))
    return 'has only one of the parameters "cert" and "key": a client certificate needs both'
  const servername = parameters.get('servername')
  if (servername !== null && (isIP(servername) || !isHostName(servername)))
    return 'has a "servername" that is no valid host name'
  const isCertificate = (text: string) => {
    const certificates = text.match(CERTIFICATE)
    if (!certificates) throw new Error('it has no certificate in PEM')
    for (const certificate of certificates) new X509Certificate(certificate)
  }
  return (
    fileFault(parameters, 'ca', isCertificate) ??
    fileFault(parameters, 'cert', isCertificate) ??
    fileFault(parameters, 'key', (key) => createSecureContext({ key, cert: read(parameters, 'cert') ?? '' }))
  )
}
