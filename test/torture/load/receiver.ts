import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { EventType } from '../../../src/contract/events.js'
import type { Random } from '../random.js'
import type { Account } from './account.js'
import type { ReceivedEvent } from './listener.js'

/** An event as a webhook sent it. */
export interface DeliveredEvent extends ReceivedEvent {
  /** Header webhook-id. */
  id: string
  /** Whether it was answered with success: otherwise it has to come again. */
  isAnswered: boolean
}

export interface ReceiverOptions {
  name: string
  /** The types that its webhook is for; undefined for all. */
  types?: readonly EventType[]
  /** The part of requests that it reads and then cuts off without an answer, from 0 to 1. */
  cuts: number
  random: Random
}

/** The receiver of a webhook. It is no part of the world: no fault ends it. */
export class Receiver {
  readonly name: string
  readonly types: readonly EventType[] | undefined
  readonly received: DeliveredEvent[] = []
  readonly #server: Server
  #hasCut = false

  constructor({ name, types, cuts, random }: ReceiverOptions) {
    this.name = name
    this.types = types
    this.#server = createServer(async (request, response) => {
      const body = await text(request).catch(() => '')
      if (body === '') return
      const { offset, type, data } = JSON.parse(body)
      // Two failures in a row would cost five minutes.
      const isAnswered = this.#hasCut || random.between(0, 1) >= cuts
      this.#hasCut = !isAnswered
      const id = String(request.headers['webhook-id'])
      this.received.push({ id, offset, type, data: JSON.stringify(data), isAnswered })
      if (isAnswered) response.writeHead(204).end()
      else response.destroy()
    })
  }

  /** Starts it, and creates its webhook by `admin`, for the whole log. */
  async open(admin: Account): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const { port } = this.#server.address() as AddressInfo
    const body = { url: `http://127.0.0.1:${port}/`, after: 0, ...(this.types && { types: this.types }) }
    const { status, text: answer } = await admin.send({ method: 'POST', path: '/webhooks', body })
    if (status !== 201) throw new Error(`creating a webhook returned ${status}: ${answer}`)
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
