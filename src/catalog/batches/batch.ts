import { type Actor, originOf } from '../../accounts/access/principal.js'
import { type AuditRecord, differences } from '../../audit/record-audit.js'
import type { ProductView } from '../../contract/product.js'
import { newId } from '../../ids.js'
import type { Draft } from '../../stream/log.js'
import { stockEvents } from '../../stream/stock-events.js'
import type { Booking } from '../book-stock.js'
import { completed, fieldsOf, type NewProduct, type ProductFields } from '../product.js'
import { productDifferences } from '../product-differences.js'

/** A product as a batch leaves it. */
export interface Changed {
  product: ProductView
  /** The product before the batch; undefined if the batch creates it. */
  before: ProductView | undefined
  /** The number of changes. */
  changes: number
}

export interface BatchContext {
  actor: Actor
  /** The shop's threshold. */
  lowStockThreshold: number
  /** Time of the batch, in milliseconds since 1970, from `currentTime` in the same turn. */
  at: number
}

/** The changes of many products in one transaction, and all records of them. */
export class Batch {
  readonly changed: Changed[] = []
  readonly bookings: Booking[] = []
  readonly audits: AuditRecord[] = []
  readonly events: Draft[] = []
  readonly context: BatchContext
  readonly #time: string

  constructor(context: BatchContext) {
    this.context = context
    this.#time = new Date(context.at).toISOString()
  }

  /** Adds a product. */
  create(input: NewProduct): Changed {
    const times = { createdAt: this.#time, updatedAt: this.#time }
    const product = { id: newId(this.context.at), ...completed(input), ...times }
    const { id, price, stock } = product
    const one: Changed = { product, before: undefined, changes: 0 }
    this.#book(one, stock, 'import')
    this.#record('product.created', id, { price, stock })
    this.#note(one)
    this.events.push(this.#event('product:created', product))
    return one
  }

  /** Changes some fields of a product. @returns whether that makes a difference */
  update(one: Changed, given: Partial<ProductFields>): boolean {
    const before = one.product
    const after = { ...before, ...given, updatedAt: this.#time }
    const edited = productDifferences(fieldsOf(before), fieldsOf(after))
    if (Object.keys(edited).length === 0) return false
    one.product = after
    this.#book(one, after.stock - before.stock, 'import')
    this.#record('product.updated', after.id, edited)
    this.#note(one)
    this.events.push(this.#event('product:updated', after), ...this.#stockEvents(before, after))
    return true
  }

  /** Changes the stock of a product. @returns whether that makes a difference */
  adjust(one: Changed, stock: number, reason: string | undefined): boolean {
    const before = one.product
    if (stock === before.stock) return false
    const after = { ...before, stock, updatedAt: this.#time }
    one.product = after
    this.#book(one, stock - before.stock, 'adjustment', reason)
    this.#record('product.stock-adjusted', after.id, differences({ stock: before.stock }, { stock }))
    this.#note(one)
    this.events.push(...this.#stockEvents(before, after))
    return true
  }

  #note(one: Changed): void {
    if (one.changes++ === 0) this.changed.push(one)
  }

  #book({ product }: Changed, delta: number, cause: Booking['cause'], reason?: string): void {
    const id = newId(this.context.at)
    this.bookings.push({ id, productId: product.id, delta, stockAfter: product.stock, cause, reason })
  }

  #record(
    action: AuditRecord['action'],
    subject: string,
    details: NonNullable<AuditRecord['details']>,
  ): void {
    this.audits.push({ origin: originOf(this.context.actor), action, subject, details })
  }

  #event(type: 'product:created' | 'product:updated', data: ProductView): Draft {
    return { type, userId: null, data, origin: originOf(this.context.actor) }
  }

  #stockEvents(before: ProductView, after: ProductView): Draft[] {
    const { actor, lowStockThreshold } = this.context
    const threshold = after.lowStockThreshold ?? lowStockThreshold
    return stockEvents(after.id, before.stock, after.stock, threshold, originOf(actor))
  }
}
