/**
 * The types of the package's main module, apart from its code: those of the whole program cannot all be written as
 * declarations, and concern no user of them. src/index.ts has the same names.
 */
import type { FastifyPluginAsync } from 'fastify'
import type { StockroomOptions } from './options.js'

export type { AnyEvent } from '../contract/events.js'
export type { Role } from '../contract/user.js'
export type { BeforeOrder, OrderProposal, OrderRuling } from '../orders/before-order.js'
export type { Person, StockroomOptions, TracerProviderLike } from './options.js'

/** Runs a shop inside a Fastify application, under the prefix of the plugin: docs/plugin.md. */
export declare const stockroom: FastifyPluginAsync<StockroomOptions>
export default stockroom
