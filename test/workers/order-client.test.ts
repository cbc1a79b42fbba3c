import t from 'tap'
import { givenKey } from '../../src/orders/idempotency.js'
import type { NewOrder, Placement } from '../../src/orders/new-order.js'
import { ChannelClosed } from '../../src/workers/channel.js'
import type { CommitterLink } from '../../src/workers/committer-link.js'
import { createOrderClient } from '../../src/workers/order-client.js'

/** Returns a client whose committer dies after it got an order, and the orders that it and its successor got. */
function clientOfMortal() {
  const sent: Placement[] = []
  const channel = {
    async call(_method: string, placement: Placement) {
      sent.push(placement)
      if (sent.length % 2 === 1) throw new ChannelClosed('the committer has died')
      return { order: { id: 'o-1' }, replayed: true }
    },
  }
  const client = createOrderClient({
    link: { channel } as unknown as CommitterLink,
    eventLog: { read: async () => [] },
    position: () => 0,
    maxQueue: 10,
    checkoutOf: () => Promise.reject(new Error('no checkout was placed')),
  })
  return { client, sent }
}

const order = (idempotencyKey: string | null): NewOrder => ({
  userId: 'u-1',
  productId: 'p-1',
  quantity: 1,
  idempotencyKey,
  inDoubt: false,
  requestId: 'r-1',
})

t.test('an order that is sent again has the key under which it may have reached another node', async (t) => {
  const { client, sent } = clientOfMortal()
  t.match(await client.place(order(null)), { replayed: false })
  t.same(sent[0], order(null))
  const key = sent[1]?.idempotencyKey ?? null
  t.ok(key?.endsWith('r-1'))
  t.equal(givenKey(key), null, 'no client can have given it')
})

t.test('an order with a key of the client keeps it', async (t) => {
  const { client, sent } = clientOfMortal()
  t.match(await client.place(order('k-1')), { replayed: true })
  t.same(sent, [order('k-1'), order('k-1')])
})
