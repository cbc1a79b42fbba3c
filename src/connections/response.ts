import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'

export interface ResponseOptions {
  /** The security headers of answers that do not come from the application. */
  headers: Readonly<Record<string, string>>
  /** Hears of each answer, those included that Node gives by itself. */
  onCreated(request: IncomingMessage, response: ServerResponse): void
  /** Whether `response` is the last that its connection carries. */
  isLast(response: ServerResponse): boolean
}

/** An answer that is sent by the server: the application's, Socket.IO's, or one of Node's own refusals. */
export interface OwnedResponse extends ServerResponse<IncomingMessage> {
  /** Whether the application sees to the headers. */
  byApplication: boolean
}

/** Every answer passes `writeHead`, whoever writes it: this is where what holds for all of them is added. */
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
      // It would be taken for that of the answer which the client holds (RFC 9110, 8.6).
      const [status, fields] = head
      if (status === 304 && typeof fields === 'object' && fields !== null)
        delete (fields as OutgoingHttpHeaders)['content-length']
      return (super.writeHead as (...args: unknown[]) => this).apply(this, head)
    }
  }
}
