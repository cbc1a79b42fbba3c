import { NOWHERE, type Samples } from './sample.js'
import type { Shop } from './shop.js'

/** Orders and checkouts. */
export function orderSamples({
  admin,
  buyer,
  bystander,
  cancelled,
  checkoutId,
  orderId,
  productId,
}: Shop): Samples {
  return {
    exportOrders: [
      [200, admin],
      [200, { ...admin, query: { format: 'ndjson', status: 'pending' } }],
      [400, { ...admin, query: { format: 'xlsx' } }],
      [403, buyer],
    ],
    placeOrder: [
      [201, { ...buyer, payload: { productId, quantity: 1 } }],
      [201, { headers: { ...buyer.headers, 'idempotency-key': 'k' }, payload: { productId, quantity: 1 } }],
      [422, { headers: { ...buyer.headers, 'idempotency-key': 'k' }, payload: { productId, quantity: 2 } }],
      [409, { ...buyer, payload: { productId, quantity: 10_000 } }],
      [404, { ...buyer, payload: { productId: NOWHERE, quantity: 1 } }],
      [400, { ...buyer, payload: { quantity: 0 } }],
    ],
    placeCheckout: [
      [201, { ...buyer, payload: { items: [{ productId, quantity: 1 }], expiresIn: 60 } }],
      [409, { ...buyer, payload: { items: [{ productId, quantity: 10_000 }] } }],
      [404, { ...buyer, payload: { items: [{ productId: NOWHERE, quantity: 1 }] } }],
      [400, { ...buyer, payload: { items: [] } }],
    ],
    getCheckout: [
      [200, buyer, checkoutId],
      [304, { headers: { ...buyer.headers, 'if-none-match': '*' } }, checkoutId],
      [404, bystander, checkoutId],
    ],
    listOrders: [
      [200, { ...admin, query: { scope: 'all', limit: '1' } }],
      [400, { ...buyer, query: { cursor: 'x' } }],
      [403, { ...buyer, query: { scope: 'all' } }],
    ],
    getOrder: [
      [200, buyer, orderId],
      [200, { ...admin, query: { expand: 'customer,product' } }, orderId],
      [304, { headers: { ...buyer.headers, 'if-none-match': '*' } }, orderId],
      [400, { ...buyer, query: { expand: 'user' } }, orderId],
      [403, { ...buyer, query: { expand: 'customer' } }, orderId],
      [404, bystander, orderId],
    ],
    changeOrderStatus: [
      [200, { ...admin, payload: { status: 'confirmed' } }, orderId],
      [409, { ...admin, payload: { status: 'delivered' } }, orderId],
      [400, { ...admin, payload: { status: 'lost' } }, orderId],
      [403, { ...buyer, payload: { status: 'shipped' } }, orderId],
      [200, { ...admin, payload: { note: 'Ring twice' } }, orderId],
      [412, { headers: { ...admin.headers, 'if-match': '"other"' }, payload: { note: 'x' } }, orderId],
    ],
    changeOrderStatuses: [
      [200, { ...admin, payload: { ids: [orderId, NOWHERE, 'x'], status: 'pending' } }],
      [400, { ...admin, payload: { ids: [orderId, orderId], status: 'shipped' } }],
      [403, { ...buyer, payload: { ids: [orderId], status: 'shipped' } }],
    ],
    cancelCheckout: [
      [412, { headers: { ...buyer.headers, 'if-match': '"other"' } }, checkoutId],
      [200, buyer, checkoutId],
      [404, bystander, checkoutId],
    ],
    changeCheckoutStatus: [
      [
        412,
        { headers: { ...admin.headers, 'if-match': '"other"' }, payload: { status: 'confirmed' } },
        checkoutId,
      ],
      [409, { ...admin, payload: { status: 'confirmed' } }, checkoutId],
      [400, { ...admin, payload: { status: 'lost' } }, checkoutId],
      [403, { ...buyer, payload: { status: 'confirmed' } }, checkoutId],
    ],
    getOrderHistory: [
      [200, buyer, orderId],
      [200, admin, orderId],
      [404, bystander, orderId],
    ],
    cancelOrder: [
      [412, { headers: { ...buyer.headers, 'if-match': '"other"' } }, cancelled],
      [200, buyer, cancelled],
      [409, buyer, orderId],
      [404, buyer, NOWHERE],
    ],
  }
}
