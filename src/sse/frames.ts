import type { Page } from '../stream/pages.js'

/** Characters of a replay that are written before it waits for the connection to drain. */
const PORTION_CHARS = 1024 * 1024

/** The text of an event as a JSON document, which has no line breaks. */
interface Text {
  offset: number
  type: string
  text: string
}

/** Returns a message without a payload, which moves the client's last event id and calls no listener. */
export const idFrame = (epoch: string, offset: number) => `id: ${epoch}:${offset}\n\n`

/** Returns a message of the server-sent events format (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export const frame = (type: string, data: string) => `event: ${type}\ndata: ${data}\n\n`

/** Returns the message of an event. Its id is what a client resumes by. */
export const eventFrame = (epoch: string, { offset, type, text }: Text) =>
  `id: ${epoch}:${offset}\n${frame(type, text)}`

function* portions(frames: Iterable<string>): Generator<Buffer> {
  let portion = ''
  for (const text of frames) {
    if (portion.length > 0 && portion.length + text.length > PORTION_CHARS) {
      yield Buffer.from(portion)
      portion = ''
    }
    portion += text
  }
  if (portion.length > 0) yield Buffer.from(portion)
}

const encoded = new WeakMap<Page, Buffer[]>()

/** Encodes the events of `page`, once for all streams that replay it. A typical page is one portion. */
export function portionsOf(page: Page, epoch: string): Buffer[] {
  let cached = encoded.get(page)
  if (!cached) {
    const frames = (page.events ?? []).map((event) => eventFrame(epoch, event))
    encoded.set(page, (cached = [...portions(frames)]))
  }
  return cached
}
