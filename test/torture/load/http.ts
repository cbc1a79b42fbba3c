import { Agent, type IncomingHttpHeaders, request } from 'node:http'

export type Method = 'GET' | 'POST' | 'PATCH'

export interface Call {
  method: Method
  path: string
  token?: string | undefined
  headers?: Record<string, string>
  /** Sent as JSON; a text is sent as CSV. */
  body?: object | string
  timeoutMs: number
}

export interface Answer {
  /** 0 for no response. */
  status: number
  headers: IncomingHttpHeaders
  text: string
}

const NONE: Answer = { status: 0, headers: {}, text: '' }

/** A keep-alive HTTP client that never retries a request. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true })

  /** Sends `call` to `url`. @returns status 0 if there is no complete response in time */
  send(url: string, { method, path, token, headers = {}, body, timeoutMs }: Call): Promise<Answer> {
    const isCsv = typeof body === 'string'
    const text = body && (isCsv ? body : JSON.stringify(body))
    const fields = {
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(text !== undefined && {
        'content-type': isCsv ? 'text/csv' : 'application/json',
        'content-length': String(Buffer.byteLength(text)),
      }),
    }
    return new Promise((resolve) => {
      const sent = request(new URL(path, url), { method, headers: fields, agent: this.#agent })
      const timer = setTimeout(() => sent.destroy(), timeoutMs)
      const settle = (answer: Answer) => {
        clearTimeout(timer)
        resolve(answer)
      }
      sent.once('error', () => settle(NONE)).once('close', () => settle(NONE))
      sent.once('response', (response) => {
        let received = ''
        response.setEncoding('utf8').on('data', (chunk) => (received += chunk))
        response.once('error', () => settle(NONE))
        response.once('end', () =>
          settle({ status: response.statusCode ?? 0, headers: response.headers, text: received }),
        )
      })
      sent.end(text)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
