import t from 'tap'
import type { AnyEvent } from '../../src/client/index.js'
import type { OrderStatus } from '../../src/contract/order.js'
import { orderGrowth } from '../../src/contract/order-growth.js'

const time = '2026-11-26T12:00:00.000Z'

const event = (
  type: 'order:created' | 'order:updated',
  status: OrderStatus,
  cause?: 'note' | 'metadata' | 'expired',
) =>
  ({
    offset: 1,
    type,
    createdAt: time,
    data: {
      id: 'o',
      checkoutId: null,
      userId: 'u',
      productId: 'p',
      productName: 'Lamp',
      quantity: 1,
      unitPrice: 1,
      totalPrice: 1,
      status,
      note: null,
      metadata: null,
      expiresAt: null,
      createdAt: time,
      updatedAt: time,
      ...(cause && { cause }),
    },
  }) satisfies AnyEvent

t.test('an order counts once, and a cancelled one is subtracted once', async (t) => {
  t.equal(orderGrowth(event('order:created', 'pending')), 1)
  t.equal(orderGrowth(event('order:updated', 'confirmed')), 0)
  t.equal(orderGrowth(event('order:updated', 'pending', 'note')), 0)
  t.equal(orderGrowth(event('order:updated', 'cancelled')), -1)
  t.equal(orderGrowth(event('order:updated', 'cancelled', 'expired')), -1)
  t.equal(orderGrowth(event('order:updated', 'cancelled', 'note')), 0, 'its note was changed afterwards')
  t.equal(
    orderGrowth(event('order:updated', 'cancelled', 'metadata')),
    0,
    'its metadata was changed afterwards',
  )
})
