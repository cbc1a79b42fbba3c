import { type ClientRequest, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StreamView } from '../../../src/contract/event-stream.js'
import { parseMessages } from '../../helpers/event-streams.js'
import type { Random } from '../random.js'
import type { Account } from './account.js'
import type { ReceivedEvent } from './listener.js'

/** The namespace that shows the same events. */
const NAMESPACES = { admin: '/admin', mine: '/', inventory: '/inventory' } as const
const REOPEN_MS: [min: number, max: number] = [50, 500]
/** An open stream has a comment every 15 s: a silent connection is dead. */
const SILENT_MS = 40_000

export interface StreamListenerOptions {
  name: string
  view: StreamView
  /** Authenticates the listener; not used in the view `inventory`. */
  account?: Account
  urls: readonly string[]
  epoch: string
  random: Random
}

/** Listens by server-sent events, resuming from the last event at a random process, whenever the stream ends. */
export class StreamListener {
  readonly name: string
  readonly namespace: (typeof NAMESPACES)[StreamView]
  readonly account: Account | undefined
  readonly received: ReceivedEvent[] = []
  resets = 0
  readonly #options: StreamListenerOptions
  #lastEventId: string
  #open = false
  #request: ClientRequest | undefined
  #reading: Promise<void> = Promise.resolve()

  constructor(options: StreamListenerOptions) {
    this.#options = options
    this.name = options.name
    this.namespace = NAMESPACES[options.view]
    this.account = options.account
    this.#lastEventId = `${options.epoch}:0`
  }

  open(): void {
    if (this.#open) return
    this.#open = true
    this.#reading = this.#run()
  }

  async close(): Promise<void> {
    this.#open = false
    this.#request?.destroy()
    await this.#reading
  }

  /** Breaks the connection off. */
  async act(): Promise<void> {
    await sleep(this.#options.random.between(50, 2_000))
    this.#request?.destroy()
  }

  async #run(): Promise<void> {
    const { random } = this.#options
    while (this.#open) {
      const status = await this.#read()
      if (status === 401) await this.account?.renew().catch(() => undefined)
      await sleep(random.between(...REOPEN_MS))
    }
  }

  /** Reads a stream to its end. @returns the status of the response; 0 without one */
  #read(): Promise<number> {
    const { urls, view, account, random } = this.#options
    const headers = {
      'last-event-id': this.#lastEventId,
      ...(account && { authorization: `Bearer ${account.accessToken}` }),
    }
    return new Promise((resolve) => {
      let status = 0
      let rest = ''
      const url = `${random.pick(urls)}/events/stream?view=${view}`
      const sent = request(url, { headers, agent: false, timeout: SILENT_MS })
      this.#request = sent
      sent.on('response', (response) => {
        status = response.statusCode ?? 0
        response.setEncoding('utf8').on('error', () => undefined)
        response.on('data', (chunk: string) => {
          if (status !== 200) return
          const { messages, rest: partial } = parseMessages(rest + chunk)
          rest = partial
          for (const { id, event, data } of messages) this.#note(id, event, data)
        })
      })
      sent.on('timeout', () => sent.destroy())
      sent.on('error', () => undefined).on('close', () => resolve(status))
      sent.end()
    })
  }

  #note(id: string | undefined, event: string, data: string): void {
    if (id !== undefined) this.#lastEventId = id
    const content = JSON.parse(data)
    if (event === 'ready') this.resets += content.recovered ? 0 : 1
    else if (typeof content.offset === 'number')
      this.received.push({ offset: content.offset, type: event, data: JSON.stringify(content.data) })
  }
}
