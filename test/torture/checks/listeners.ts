import { INVENTORY_TYPES } from '../../../src/stream/views.js'
import type { ReceivedEvent } from '../load/listener.js'
import { type Finding, findingOf } from './finding.js'
import type { State } from './state.js'

type LogEvent = State['events'][number]

/** The events received by a listener, and its view of the log. */
export interface ListenerRecord {
  name: string
  namespace: '/admin' | '/' | '/inventory'
  /** The customer on `/`. */
  userId?: string | undefined
  /** Whether it may have received events lost in a power cut before they reached disk. */
  mayReceiveUnsynced?: boolean
  received: readonly ReceivedEvent[]
  resets: number
}

const isPublic = new Set<string>(INVENTORY_TYPES)

/** The events in a listener's view. It must receive all of them, except superseded stock. */
export function eventsFor({ namespace, userId }: ListenerRecord, events: readonly LogEvent[]): LogEvent[] {
  if (namespace === '/admin') return [...events]
  if (namespace === '/') return events.filter((event) => event.userId === userId)
  return events.filter(({ type }) => isPublic.has(type))
}

/** Whether a listener has received the last event in its view. */
export function isCaughtUp(listener: ListenerRecord, events: readonly LogEvent[]): boolean {
  const last = eventsFor(listener, events).at(-1)?.offset ?? 0
  return (listener.received.at(-1)?.offset ?? 0) >= last
}

const textOf = (data: string) => JSON.stringify(JSON.parse(data))

/**
 * Checks that a listener received each event in its view exactly once, in order and as logged. /inventory shows current
 * stock, not its history, so it may skip superseded stock events.
 */
export function checkListener(listener: ListenerRecord, events: readonly LogEvent[]): Finding[] {
  const { name, namespace, received, resets, mayReceiveUnsynced } = listener
  const findings: Finding[] = []
  if (resets > 0) findings.push({ kind: 'gap', text: `${name} was told to reload its state ${resets} times` })
  const own = eventsFor(listener, events)
  const byOffset = new Map(own.map((event) => [event.offset, event]))
  const last = events.at(-1)?.offset ?? 0
  const phantoms: string[] = []
  const outOfOrder: string[] = []
  let before = 0
  for (const { offset, type, data } of received) {
    if (offset <= before) outOfOrder.push(String(offset))
    before = offset
    const event = byOffset.get(offset)
    // Events committed after the log was read are checked in the next round.
    if (offset <= last && (event?.type !== type || textOf(event.data) !== data))
      phantoms.push(`${offset} ${type}`)
  }
  const offsets = new Set(received.map(({ offset }) => offset))
  const missed = own.filter(({ offset }) => !offsets.has(offset))
  const required = namespace === '/inventory' ? missed.filter(({ type }) => type !== 'stock:changed') : missed
  return [
    ...findings,
    ...findingOf('gap', `events reached ${name} twice or out of order`, outOfOrder),
    ...findingOf('gap', `events received by ${name} differ from the log`, mayReceiveUnsynced ? [] : phantoms),
    ...findingOf(
      'gap',
      `events were missed by ${name}`,
      required.map(({ offset }) => String(offset)),
    ),
    ...(namespace === '/inventory' ? checkLastStock(listener, events) : []),
  ]
}

/** Checks that a listener received the last stock event of each product. */
function checkLastStock({ name, received }: ListenerRecord, events: readonly LogEvent[]): Finding[] {
  const lastOf = (all: readonly { offset: number; type: string; data: string }[]) =>
    new Map(
      all
        .filter(({ type }) => type === 'stock:changed')
        .map(({ offset, data }) => [(JSON.parse(data) as { productId: string }).productId, offset]),
    )
  const [logged, receivedLast] = [lastOf(events), lastOf(received)]
  const stale = [...logged].filter(([id, offset]) => (receivedLast.get(id) ?? 0) < offset).map(([id]) => id)
  return findingOf('gap', `products have outdated stock at ${name}`, stale)
}
