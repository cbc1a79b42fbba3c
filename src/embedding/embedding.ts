import type { TracerProvider } from '@opentelemetry/api'
import type { FastifyBaseLogger } from 'fastify'
import type { BeforeOrder } from '../orders/before-order.js'

/** A shop inside another program, whose server owns the connections. */
export interface Embedding {
  /** The base path of the shop, without a slash at the end; empty at the root. */
  basePath: string
  log: FastifyBaseLogger
  /** The shop's own rule for orders. */
  beforeOrder: BeforeOrder | undefined
  /** Makes the spans of the shop, if the program traces. */
  tracerProvider: TracerProvider | undefined
}
