import type { FastifyRequest } from 'fastify'
import type { AnyEvent } from '../contract/events.js'
import type { Role } from '../contract/user.js'
import type { BeforeOrder } from '../orders/before-order.js'

/** A person signed in by the program around a shop. */
export interface Person {
  /** Identifies the account in the shop, created at the first request. */
  email: string
  name: string
  /** The role in the shop; if omitted, `customer` at first and unchanged later. */
  role?: Role
}

/** The provider of tracers of OpenTelemetry 1.x, as `@opentelemetry/api` describes it. */
export interface TracerProviderLike {
  getTracer(name: string, version?: string): unknown
}

/** Options of the plugin. */
export interface StockroomOptions {
  /**
   * Settings by their names in docs/configuration.md, such as `DATABASE_URL`. Only these are used: neither the environment nor a
   * file .env. PORT, HOST and the limits of connections are the host's own.
   */
  settings?: Record<string, string>
  /**
   * Identifies the person behind a request, if the program around the shop signs people in. They need no account in the
   * shop: the first request creates one. Undefined leaves the request as it is, so people may sign in to the shop
   * itself, too. A program with cookies of its own must refuse requests of foreign pages (CSRF) itself.
   */
  authenticate?: (request: FastifyRequest) => Person | undefined | Promise<Person | undefined>
  /** The shop's own rule for orders. */
  beforeOrder?: BeforeOrder
  /**
   * Called with the events of the log after their commit, in the order of the log, whichever process made them: from
   * the start of this process on. To miss none, a program keeps the offset of the last handled event, and reads the
   * others by `GET /events`.
   */
  onEvents?: (events: readonly AnyEvent[]) => void
  /**
   * Makes the spans of the shop, below the active span of each request, and sends them. Without it, the settings
   * OTEL_… say where spans are sent, if anywhere.
   */
  tracerProvider?: TracerProviderLike
}
