import type { EventType } from '../../../src/contract/events.js'
import type { DeliveredEvent } from '../load/receiver.js'
import { type Finding, findingOf } from './finding.js'
import type { State } from './state.js'

/** The requests of a webhook. */
export interface WebhookRecord {
  name: string
  /** Undefined for all. */
  types?: readonly EventType[] | undefined
  /** Whether it may have sent events lost in a power cut before they reached disk. */
  mayReceiveUnsynced?: boolean
  received: readonly DeliveredEvent[]
}

type LogEvent = State['events'][number]

const ownOf = ({ types }: WebhookRecord, events: readonly LogEvent[]) =>
  types ? events.filter(({ type }) => types.some((each) => each === type)) : events

/** Whether a webhook has delivered the last event of its types. */
export function hasDelivered(webhook: WebhookRecord, events: readonly LogEvent[]): boolean {
  const last = ownOf(webhook, events).at(-1)?.offset
  return last === undefined || webhook.received.some(({ offset, isAnswered }) => isAnswered && offset >= last)
}

/**
 * Checks that a webhook has delivered each event of its types, as logged and in order: after an answer the next one, or an
 * earlier one again; after none the same, or an earlier one.
 */
export function checkWebhook(webhook: WebhookRecord, { events, epoch }: State): Finding[] {
  const { name, received, mayReceiveUnsynced } = webhook
  const own = ownOf(webhook, events)
  const indexes = new Map(own.map(({ offset }, index) => [offset, index]))
  const lastOffset = events.at(-1)?.offset ?? 0
  const phantoms: string[] = []
  const skipping: string[] = []
  /** Index of the event that is due. */
  let due = 0
  let furthest = 0
  for (const { id, offset, type, data, isAnswered } of received) {
    // Events committed after the log was read are checked in the next round.
    if (offset > lastOffset) continue
    const index = indexes.get(offset)
    const event = index === undefined ? undefined : own[index]
    const isLogged = event?.type === type && JSON.stringify(JSON.parse(event.data)) === data
    if (!isLogged || id !== `${epoch}:${offset}`) phantoms.push(`${id} ${type}`)
    if (index === undefined) continue
    if (index > due) skipping.push(`${offset} instead of ${own[due]?.offset}`)
    due = isAnswered ? index + 1 : index
    furthest = Math.max(furthest, due)
  }
  const missed = own.slice(furthest).map(({ offset }) => String(offset))
  return [
    ...findingOf('gap', `events were sent to ${name} before earlier ones`, skipping),
    ...findingOf('gap', `events sent to ${name} differ from the log`, mayReceiveUnsynced ? [] : phantoms),
    ...findingOf('gap', `events were not sent to ${name}`, missed),
  ]
}

/** Checks that no webhook was disabled, or is past the end of the log. */
export function checkWebhookRows({ webhooks, lastOffset }: State): Finding[] {
  const disabled = webhooks.filter(({ disabledReason }) => disabledReason !== null)
  const ahead = webhooks.filter(({ position }) => position > lastOffset)
  return [
    ...findingOf(
      'gap',
      'webhooks were disabled',
      disabled.map(({ url, disabledReason }) => `${url} (${disabledReason})`),
    ),
    ...findingOf(
      'gap',
      'webhooks are past the end of the log',
      ahead.map(({ url, position }) => `${url} (${position})`),
    ),
  ]
}
