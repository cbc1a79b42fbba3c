import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { Test } from 'tap'
import type { AnyEvent, StreamReady } from '../../src/contract/events.js'

/** A message of a stream. */
export interface Message {
  id: string | undefined
  event: string
  data: string
}

/** Parses the complete messages in `text`. @returns them and the rest */
export function parseMessages(text: string): { messages: Message[]; rest: string } {
  const blocks = text.split('\n\n')
  const rest = blocks.pop() ?? ''
  const messages = blocks.flatMap((block) => {
    const fields = new Map(
      block.split('\n').map((line) => {
        const at = line.indexOf(':')
        return [line.slice(0, at), line.slice(at + 2)] as const
      }),
    )
    const data = fields.get('data')
    return data === undefined ? [] : [{ id: fields.get('id'), event: fields.get('event') ?? 'message', data }]
  })
  return { messages, rest }
}

/** Opens the stream at `path` of `url` by a connection of its own, closed when the test ends. */
export function follow(t: Test, url: string, path: string, headers: Record<string, string> = {}) {
  const sent: ClientRequest = request(url + path, { headers, agent: false })
  t.teardown(() => sent.destroy())
  const state = { messages: [] as Message[], events: [] as AnyEvent[], text: '', ended: false }
  let wake = () => {}
  let next = new Promise<void>(() => {})
  const note = () => {
    wake()
    next = new Promise((resolve) => {
      wake = resolve
    })
  }
  note()
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject)
  })
  let rest = ''
  answered
    .then((response) => {
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        state.text += chunk
        const parsed = parseMessages(rest + chunk)
        rest = parsed.rest
        for (const message of parsed.messages) {
          state.messages.push(message)
          if (/^(order|product|stock|user):/.test(message.event)) state.events.push(JSON.parse(message.data))
        }
        note()
      })
      response.on('error', () => {})
      response.on('close', () => {
        state.ended = true
        note()
      })
    })
    .catch(() => {})
  sent.end()
  const readyMessage = () => state.messages.find(({ event }) => event === 'ready')
  return {
    answered,
    messages: state.messages,
    /** Closes the connection. */
    leave: () => sent.destroy(),
    text: () => state.text,
    /** Those received so far, in order. */
    events: () => [...state.events],
    /** Resolves once `holds`, or rejects once the stream has ended. */
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) {
        if (state.ended) throw new Error(`the stream has ended: ${state.text.slice(-300)}`)
        await next
      }
    },
    async ready(): Promise<StreamReady> {
      await this.until(() => readyMessage() !== undefined)
      return JSON.parse(readyMessage()?.data ?? '')
    },
    /** Resolves once the stream has ended, with its last message. */
    async end(): Promise<Message | undefined> {
      while (!state.ended) await next
      return state.messages.at(-1)
    },
  }
}
