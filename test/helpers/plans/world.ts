import type { Mia } from './mia.js'

/** Credentials and ids with which every documented operation can run all its statements. */
export interface World {
  admin: Record<string, string>
  customer: Record<string, string>
  customerId: string
  /** A user whom no other visit needs. */
  otherId: string
  productIds: string[]
  orderIds: string[]
  /** Of the customer. */
  checkoutId: string
  sessionId: string
  /** List cursors. */
  products: string
  names: string
  orders: string
  users: string
  apiKeyId: string
  webhookId: string
  /** A webhook of no other visit. */
  doomedWebhookId: string
  mia: Mia
  /** Waits until the mails requested so far are sent. @returns the token in the newest to Ada with a link to `page` */
  mailedToken(page: 'reset' | 'verify'): Promise<string>
  /** Returns a cookie with a new refresh token. */
  cookie(): Promise<string>
}

export interface Visit {
  headers?: Record<string, string>
  id?: string | undefined
  query?: string
  body?: object | string
  /** Expected status, if not a success. */
  status?: number
}

/** Requests to each operation by its id, after the ones they depend on. */
export type Visits = Record<string, (world: World) => Visit[] | Promise<Visit[]>>
