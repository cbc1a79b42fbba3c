import type { EventText } from '../stream/event-texts.js'
import type { Page } from '../stream/pages.js'
import type { IoSocket } from './types.js'

/** A Socket.IO packet, encoded once for all its recipients. */
export interface Packet {
  text: string
  options: { compress: boolean; wsPreEncodedFrame: Buffer[] }
}

/** Maximum size of an `events` packet, in characters. A single larger event is sent alone. */
const PACKET_CHARS = 128 * 1024

const FIN_AND_TEXT = 0x81
const LENGTH_OF_2_BYTES = 126
const LENGTH_OF_8_BYTES = 127

/** Encodes an unmasked WebSocket text frame (RFC 6455, section 5.2). */
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

/** Encodes an event in protocol version 5 of Socket.IO (type 2, namespace, JSON), as an Engine.IO message (type 4). */
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

/** Characters a replay writes to a socket before it waits for it to drain. */
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

/** Encodes `events` for one namespace: in arrays if `batch`, else a packet each. */
export function* packetsOf(events: EventText[], namespace: string, batch: boolean): Generator<Packet> {
  if (!batch) for (const { type, text } of events) yield encode(namespace, `["${type}",${text}]`)
  else
    for (const json of batches(events.map(({ text }) => text)))
      yield encode(namespace, `["events",[${json}]]`)
}

const encoded = new WeakMap<Page, Map<string, Packet[][]>>()

/**
 * Encodes the events of `page` for one namespace: in arrays if `batch`, else a packet each. Grouped in portions; a typical
 * page fits one. Cached per page, so sockets that replay the same page share the packets.
 */
export function portionsOf(page: Page, namespace: string, batch: boolean): Packet[][] {
  let forms = encoded.get(page)
  if (!forms) encoded.set(page, (forms = new Map()))
  const form = `${batch ? 'batch' : 'each'} ${namespace}`
  let cached = forms.get(form)
  if (!cached) forms.set(form, (cached = [...portions(packetsOf(page.events ?? [], namespace, batch))]))
  return cached
}

/** Engine.IO's untyped options of `write`. */
interface Connection {
  write(data: string, options: Packet['options']): void
}

/** Sends packets to one socket. */
export function sendPackets(socket: IoSocket, packets: Packet[]): void {
  const connection = socket.conn as unknown as Connection
  for (const { text, options } of packets) connection.write(text, options)
}
