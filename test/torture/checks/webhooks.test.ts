import t from 'tap'
import { EPOCH, soundShop } from './sound-shop.js'
import type { State } from './state.js'
import { checkWebhook, checkWebhookRows, hasDelivered, type WebhookRecord } from './webhooks.js'

/** A sound shop, and a webhook that has sent each event once. */
function soundWebhook() {
  const { state } = soundShop()
  const received = state.events.map(({ userId: _, ...event }) => {
    return { ...event, id: `${EPOCH}:${event.offset}`, isAnswered: true }
  })
  return { state, webhook: { name: 'a webhook', received } satisfies WebhookRecord }
}

type Requests = WebhookRecord['received']

/** `received` with `count` requests, from the index `at`, replaced by those of the indexes `others`. */
const reordered = (received: Requests, at: number, count: number, others: number[]) =>
  received.toSpliced(at, count, ...others.flatMap((index) => received[index] ?? []))
/** `received` with other values in the request of the index `at`. */
const changed = (received: Requests, at: number, values: Partial<Requests[number]>) =>
  received.map((each, index) => (index === at ? { ...each, ...values } : each))

const VIOLATIONS: Record<string, (received: Requests) => Requests> = {
  'an event was left out': (received) => reordered(received, 2, 1, []),
  'the last event was not sent': (received) => received.slice(0, -1),
  'the last event got no answer': (received) => changed(received, received.length - 1, { isAnswered: false }),
  'two events came out of order': (received) => reordered(received, 2, 2, [3, 2]),
  'it went back, and then left out an event': (received) => reordered(received, 5, 0, [2, 4]),
  'it went on without an answer': (received) => changed(received, 3, { isAnswered: false }),
  'an event has other data than in the log': (received) => changed(received, 2, { data: '{}' }),
  'an event came under another id': (received) => changed(received, 2, { id: 'x:3' }),
}

for (const [violation, change] of Object.entries(VIOLATIONS))
  t.test(violation, async (t) => {
    const { state, webhook } = soundWebhook()
    t.match(checkWebhook({ ...webhook, received: change(webhook.received) }, state), [{ kind: 'gap' }])
  })

t.test(
  'a webhook sends each event of its types, and may send those after an earlier one again',
  async (t) => {
    const { state, webhook } = soundWebhook()
    const check = (received: Requests, more = {}) => checkWebhook({ ...webhook, received, ...more }, state)
    t.same(check(webhook.received), [])
    t.same(check(reordered(webhook.received, 5, 0, [2, 3, 4])), [], 'after a kill')
    const cut = changed(webhook.received, 3, { isAnswered: false })
    t.same(check(reordered(cut, 4, 0, [3]).with(4, { ...cut[3], isAnswered: true } as Requests[number])), [])
    const types = ['order:created']
    t.same(
      check(
        webhook.received.filter(({ type }) => types.includes(type)),
        { types },
      ),
      [],
    )
    t.match(check(webhook.received, { types }), [{ kind: 'gap' }], 'others are none of its events')
    const later = { ...(webhook.received[0] as Requests[number]), offset: 99, id: `${EPOCH}:99` }
    t.same(check([...webhook.received, later]), [], 'an event after those that were read')
    const lost = changed(webhook.received, 2, { data: '{}' })
    t.same(check(lost, { mayReceiveUnsynced: true }), [], 'an event that a power cut took back')
  },
)

t.test('a webhook has delivered once its last event was answered', async (t) => {
  const { state, webhook } = soundWebhook()
  const { events } = state
  t.ok(hasDelivered(webhook, events))
  t.notOk(hasDelivered({ ...webhook, received: webhook.received.slice(0, -1) }, events))
  const cut = changed(webhook.received, events.length - 1, { isAnswered: false })
  t.notOk(hasDelivered({ ...webhook, received: cut }, events))
  t.ok(hasDelivered({ ...webhook, types: ['webhook:disabled'], received: [] }, events))
})

t.test('a webhook that is disabled, or past the end of the log, is found', async (t) => {
  const { state } = soundWebhook()
  const check = (values: Partial<State['webhooks'][number]>) => {
    const webhooks = [{ url: 'http://receiver.test/', position: 1, disabledReason: null, ...values }]
    return checkWebhookRows({ ...state, webhooks })
  }
  t.same(check({}), [])
  t.match(check({ disabledReason: 'failed' }), [{ kind: 'gap' }])
  t.match(check({ position: 99 }), [{ kind: 'gap' }])
})
