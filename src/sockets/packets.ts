import type { Page } from '../stream/pages.js'
import type { IoSocket } from './types.js'

/** A packet of Socket.IO, encoded once for all sockets that get it. */
interface Packet {
  text: string
  options: { compress: boolean; wsPreEncodedFrame: Buffer[] }
}

/** As many characters of events go in one `events` packet. A single event that is larger goes alone. */
const PACKET_CHARS = 128 * 1024

const FIN_AND_TEXT = 0x81
const LENGTH_OF_2_BYTES = 126
const LENGTH_OF_8_BYTES = 127

/** An unmasked WebSocket frame of text (RFC 6455, section 5.2). */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text)
  const { length } = payload
  if (length < LENGTH_OF_2_BYTES) return Buffer.concat([Buffer.from([FIN_AND_TEXT, length]), payload])
  const header = Buffer.alloc(length < 0x10000 ? 4 : 10)
  header[0] = FIN_AND_TEXT
  if (length < 0x10000) {
    header[1] = LENGTH_OF_2_BYTES
    header.writeUInt16BE(length, 2)
  } else {
    header[1] = LENGTH_OF_8_BYTES
    header.writeBigUInt64BE(BigInt(length), 2)
  }
  return Buffer.concat([header, payload])
}

/** An event in the protocol of Socket.IO 5 (type 2, the namespace, JSON), which Engine.IO sends as a message (type 4). */
function encode(namespace: string, json: string): Packet {
  const text = `2${namespace === '/' ? '' : `${namespace},`}${json}`
  return { text, options: { compress: true, wsPreEncodedFrame: [frameOf(`4${text}`)] } }
}

function* batches(texts: string[]): Generator<string> {
  let batch: string[] = []
  let size = 0
  for (const text of texts) {
    if (size > 0 && size + text.length > PACKET_CHARS) {
      yield batch.join(',')
      batch = []
      size = 0
    }
    batch.push(text)
    size += text.length
  }
  if (batch.length > 0) yield batch.join(',')
}

const encoded = new WeakMap<Page, Map<string, Packet[]>>()

function packetsOf(page: Page, namespace: string, batch: boolean): Packet[] {
  let forms = encoded.get(page)
  if (!forms) encoded.set(page, (forms = new Map()))
  const form = `${batch ? 'batch' : 'each'} ${namespace}`
  const known = forms.get(form)
  if (known) return known
  const events = page.events ?? []
  const packets = batch
    ? [...batches(events.map(({ text }) => text))].map((json) => encode(namespace, `["events",[${json}]]`))
    : events.map(({ type, text }) => encode(namespace, `["${type}",${text}]`))
  forms.set(form, packets)
  return packets
}

/** What Engine.IO takes beside the data, but leaves out of its types. */
interface Connection {
  write(data: string, options: Packet['options']): void
}

/**
 * Sends the events of `page` to one socket, in arrays if `batch`, else a packet each. What is sent is made once, for all
 * sockets of the namespace.
 */
export function sendPage(socket: IoSocket, page: Page, batch: boolean): void {
  const connection = socket.conn as unknown as Connection
  for (const { text, options } of packetsOf(page, socket.nsp.name, batch)) connection.write(text, options)
}
