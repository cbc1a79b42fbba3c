import type { Page } from '../stream/pages.js'
import type { IoSocket } from './types.js'

/** A packet of Socket.IO, encoded once for all sockets that get it. */
export interface Packet {
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

/** Characters that are written to a socket before a replay waits for it. */
const PORTION_CHARS = 1024 * 1024

function* portions(packets: Iterable<Packet>): Generator<Packet[]> {
  let portion: Packet[] = []
  let size = 0
  for (const packet of packets) {
    if (size > 0 && size + packet.text.length > PORTION_CHARS) {
      yield portion
      portion = []
      size = 0
    }
    portion.push(packet)
    size += packet.text.length
  }
  if (portion.length > 0) yield portion
}

function* packetsOf({ events = [] }: Page, namespace: string, batch: boolean): Generator<Packet> {
  if (!batch) for (const { type, text } of events) yield encode(namespace, `["${type}",${text}]`)
  else
    for (const json of batches(events.map(({ text }) => text)))
      yield encode(namespace, `["events",[${json}]]`)
}

const encoded = new WeakMap<Page, Map<string, Packet[][]>>()

/**
 * The events of `page` as packets for the sockets of one namespace, in arrays if `batch`, else a packet each; and these in
 * portions, of which a usual page is one. They are made once, for all sockets.
 */
export function portionsOf(page: Page, namespace: string, batch: boolean): Packet[][] {
  let forms = encoded.get(page)
  if (!forms) encoded.set(page, (forms = new Map()))
  const form = `${batch ? 'batch' : 'each'} ${namespace}`
  let known = forms.get(form)
  if (!known) forms.set(form, (known = [...portions(packetsOf(page, namespace, batch))]))
  return known
}

/** What Engine.IO takes beside the data, but leaves out of its types. */
interface Connection {
  write(data: string, options: Packet['options']): void
}

/** Sends packets to one socket. */
export function sendPackets(socket: IoSocket, packets: Packet[]): void {
  const connection = socket.conn as unknown as Connection
  for (const { text, options } of packets) connection.write(text, options)
}
