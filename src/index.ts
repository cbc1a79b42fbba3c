/** A shop inside one's own Fastify application. */
export type { AnyEvent } from './contract/events.js'
export type { Role } from './contract/user.js'
export type { Person, StockroomOptions, TracerProviderLike } from './embedding/options.js'
export { stockroom as default, stockroom } from './embedding/plugin.js'
export type { BeforeOrder, OrderProposal, OrderRuling } from './orders/before-order.js'
