import type { EventActor } from './events.js'

/** Why a stock changed. */
export const ledgerCauses = [
  'created',
  'order',
  'cancelled',
  'expired',
  'adjustment',
  'edit',
  'import',
] as const
export type LedgerCause = (typeof ledgerCauses)[number]

/** A change of a product's stock. */
export interface LedgerEntry {
  at: string
  delta: number
  /** The stock after it. */
  stock: number
  cause: LedgerCause
  /** The order that took the stock or returned it. */
  orderId?: string
  reason?: string
  /** The author, with their present name. */
  actor: EventActor & { name: string }
}
