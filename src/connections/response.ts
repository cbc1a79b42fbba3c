import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http'
import { prepareHeaders } from './prepared-headers.js'

type Fields = OutgoingHttpHeaders | OutgoingHttpHeader[]

export interface ResponseOptions {
  /** Security headers of every response, unless it has its own. */
  headers: Readonly<Record<string, string>>
  /** Called for each response, including those Node sends itself. */
  onCreated(request: IncomingMessage, response: ServerResponse): void
  /** Whether `response` is the last on its connection. */
  isLast(response: ServerResponse): boolean
}

// The types leave out its options, and the method that writes the head: docs/libraries.md says what guards it.
const NodeResponse = ServerResponse as unknown as new (
  request: IncomingMessage,
  options?: object,
) => ServerResponse<IncomingMessage> & { _storeHeader(statusLine: string, fields?: Fields): void }

/** A response that adds the security headers itself. */
class SecureResponse extends NodeResponse {}

/** Whether `response` adds the security headers itself. */
export const isSecure = (response: ServerResponse): boolean => response instanceof SecureResponse

/**
 * Creates the class of a server's responses: the application's, Socket.IO's and Node's own errors. Each has the security
 * headers, and the last on its connection ends keep-alive. Whatever runs here runs for every response, so it takes named parameters:
 * rest arrays and spreads took three microseconds.
 */
export function createResponseClass({ headers, onCreated, isLast }: ResponseOptions) {
  const linesBeside = prepareHeaders(headers)
  return class extends SecureResponse {
    constructor(request: IncomingMessage, options?: object) {
      super(request, options)
      onCreated(request, this)
    }

    override writeHead(status: number, reason?: string, fields?: Fields): this
    override writeHead(status: number, fields?: Fields): this
    override writeHead(status: number, reasonOrFields?: string | Fields, fields?: Fields): this {
      if (isLast(this)) this.shouldKeepAlive = false
      // On a 304 it describes the cached representation (RFC 9110, 8.6), so 0 would be wrong.
      if (status === 304 && typeof reasonOrFields === 'object')
        delete (reasonOrFields as OutgoingHttpHeaders)['content-length']
      return super.writeHead(status, reasonOrFields as string, fields)
    }

    override _storeHeader(statusLine: string, fields?: Fields): void {
      super._storeHeader(statusLine + linesBeside(fields), fields)
    }
  }
}
