import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'

export interface ResponseOptions {
  /** Security headers of responses not written by the application. */
  headers: Readonly<Record<string, string>>
  /** Called for each response, including those Node sends itself. */
  onCreated(request: IncomingMessage, response: ServerResponse): void
  /** Whether `response` is the last on its connection. */
  isLast(response: ServerResponse): boolean
}

/** A response of the server: the application's, Socket.IO's, or one of Node's own errors. */
export interface OwnedResponse extends ServerResponse<IncomingMessage> {
  /** Whether the application sets the headers itself. */
  byApplication: boolean
}

/** Creates a response class whose `writeHead`, common to every response, adds security headers and ends keep-alive. */
export function createResponseClass({ headers, onCreated, isLast }: ResponseOptions) {
  return class extends ServerResponse<IncomingMessage> implements OwnedResponse {
    byApplication = false

    constructor(...created: ConstructorParameters<typeof ServerResponse<IncomingMessage>>) {
      super(...created)
      onCreated(created[0], this)
    }

    override writeHead(...head: [statusCode: number, ...rest: unknown[]]): this {
      if (!this.byApplication)
        for (const [name, value] of Object.entries(headers))
          if (!this.hasHeader(name)) this.setHeader(name, value)
      if (isLast(this)) this.shouldKeepAlive = false
      // On a 304 it describes the cached representation (RFC 9110, 8.6), so 0 would be wrong.
      const [status, fields] = head
      if (status === 304 && typeof fields === 'object' && fields !== null)
        delete (fields as OutgoingHttpHeaders)['content-length']
      return (super.writeHead as (...args: unknown[]) => this).apply(this, head)
    }
  }
}
