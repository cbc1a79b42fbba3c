import { setImmediate as turn } from 'node:timers/promises'
import type { Order } from '#prisma'
import { type AuditRecord, differences, recordAudits } from '../audit/record-audit.js'
import { MAX_STOCK } from '../catalog/product.js'
import type { Metadata } from '../contract/metadata.js'
import type { OrderStatus, OrderView } from '../contract/order.js'
import type { Db } from '../db/db.js'
import { NOTE_REMOVED, type OrderChangeRow, type StockReturn } from '../db/order-changes.js'
import type { Tx } from '../db/transaction.js'
import { currentTime, newId } from '../ids.js'
import { metadataText } from '../metadata.js'
import type { Draft, EventLog } from '../stream/log.js'
import { type Origin, originColumns } from '../stream/origin.js'
import type { HeldOrders } from './hold-orders.js'
import { viewOrder } from './order.js'

export interface ChangeOptions {
  db: Db
  eventLog: EventLog
  /** Called after a commit for each product whose stock is now above the maximum, which cancelled orders do not heed. */
  onOverMaximum?(product: { productId: string; stock: number }): void
}

/** The next state of an order. */
export interface OrderEdit {
  order: Order
  status: OrderStatus
  /** Undefined leaves the note as it is; null removes it. */
  note?: string | null | undefined
  /** Undefined leaves the metadata as it is; null removes it. */
  metadata?: Metadata | null | undefined
}

/** Why orders are changed, and by whom. */
export interface ChangeReason {
  origin: Origin
  /** Set where no request asked for the change. */
  cause?: 'expired'
}

/** Events per statement: some milliseconds with SQLite, during which nothing else runs. */
const EVENTS_AT_ONCE = 200

/** A cancelled order with the stock of its product afterwards. */
interface Returned {
  productId: string
  delta: number
  stockAfter: number
}

const NOTHING = { productId: null, delta: null, stockAfter: null }

/** Adds the units of a cancelled order to the stock of its product in `held`. */
function giveBack({ stocks }: HeldOrders, { productId, quantity }: Order): Returned {
  const product = stocks.get(productId)
  if (!product) throw new Error(`the product ${productId} of a cancelled order is not locked`)
  product.stock += quantity
  return { productId, delta: quantity, stockAfter: product.stock }
}

function auditsOf(
  { order, status, note, metadata }: OrderEdit,
  origin: Origin,
  back: Returned | undefined,
): AuditRecord[] {
  const subject = order.id
  const isOver = back !== undefined && back.stockAfter > MAX_STOCK
  const details = {
    ...differences({ status: order.status }, { status }),
    ...(isOver && { overMaximum: true, stock: back.stockAfter }),
  }
  return [
    ...(status === order.status
      ? []
      : [{ origin, action: 'order.status-changed', subject, details } as const]),
    ...(note === undefined ? [] : [{ origin, action: 'order.note-changed', subject } as const]),
    ...(metadata === undefined ? [] : [{ origin, action: 'order.metadata-changed', subject } as const]),
  ]
}

/** Sums the returned units by product. */
function sumsOf(returned: Returned[]): StockReturn[] {
  const sums = new Map<string, StockReturn>()
  for (const { productId: id, delta } of returned) {
    const { quantity, orders } = sums.get(id) ?? { quantity: 0, orders: 0 }
    sums.set(id, { id, quantity: quantity + delta, orders: orders + 1 })
  }
  return [...sums.values()]
}

/** Writes changed metadata, apart from the columns that every change writes: only one of a single order has any. */
async function updateMetadata(tx: Tx, edits: OrderEdit[]): Promise<void> {
  for (const { order, metadata } of edits) {
    if (metadata === undefined) continue
    await tx.order.update({ where: { id: order.id }, data: { metadata: metadataText(metadata) } })
  }
}

/** Creates the function to write changes of locked orders: rows, stock, history, audit trail and, at last, events. */
export function createChangeWriter({ db, eventLog, onOverMaximum }: ChangeOptions) {
  const { orderChanges } = db.dialect

  /**
   * @param edits each of an order of `held`; those to `cancelled` return stock, so their products must be held
   * @returns the orders as they are then, in the order of `edits`
   */
  return async (
    tx: Tx,
    held: HeldOrders,
    edits: OrderEdit[],
    { origin, cause }: ChangeReason,
  ): Promise<OrderView[]> => {
    if (edits.length === 0) return []
    // Before the time, so later changes of these orders get greater ids.
    const ids = edits.map(() => newId())
    const at = currentTime()
    const updatedAt = new Date(at)
    const changes: OrderChangeRow[] = []
    const returned: Returned[] = []
    const audits: AuditRecord[] = []
    const drafts: Draft[] = []
    const views: OrderView[] = []
    const rows = edits.map((edit, i) => {
      const { order, status, note, metadata } = edit
      const moves = status !== order.status
      const changed = {
        status,
        note: note === undefined ? order.note : note,
        metadata: metadata === undefined ? order.metadata : metadataText(metadata),
        expiresAt: moves ? null : order.expiresAt,
        updatedAt,
      }
      const view = viewOrder({ ...order, ...changed }, db.money)
      views.push(view)
      const alone = metadata === undefined || note !== undefined ? 'note' : 'metadata'
      const told = moves ? cause : alone
      drafts.push({
        type: 'order:updated',
        userId: order.userId,
        data: told ? { ...view, cause: told } : view,
        origin,
      })
      const back = moves && status === 'cancelled' ? giveBack(held, order) : undefined
      if (back) {
        returned.push(back)
        // A deleted product publishes no event: it is gone from every list.
        if (!held.stocks.get(back.productId)?.isDeleted) {
          const data = { productId: back.productId, stock: back.stockAfter }
          drafts.push({ type: 'stock:changed', userId: null, data, origin })
        }
      }
      const columns = {
        orderId: order.id,
        status,
        cause: cause ?? (told === 'metadata' ? told : null),
        note: note === undefined ? null : (note ?? NOTE_REMOVED),
        ...(back ?? NOTHING),
      }
      changes.push({ id: ids[i] ?? newId(), ...columns })
      audits.push(...auditsOf(edit, origin, back))
      return { id: order.id, status, note: changed.note, expiresAt: changed.expiresAt?.getTime() ?? null }
    })
    await orderChanges.updateOrders(tx, rows, at)
    await updateMetadata(tx, edits)
    if (returned.length > 0) await orderChanges.returnStock(tx, sumsOf(returned), at)
    await orderChanges.insertChanges(tx, changes, originColumns(origin), at)
    await recordAudits(db, tx, audits)
    const over = new Map(
      returned.flatMap(({ productId, stockAfter }) =>
        stockAfter > MAX_STOCK ? [[productId, stockAfter]] : [],
      ),
    )
    db.afterCommit(tx, () => {
      for (const [productId, stock] of over) onOverMaximum?.({ productId, stock })
    })
    // Last, because all other writers wait for the counter of the log.
    for (let i = 0; i < drafts.length; i += EVENTS_AT_ONCE) {
      if (i > 0) await turn()
      await eventLog.append(tx, drafts.slice(i, i + EVENTS_AT_ONCE), at)
    }
    return views
  }
}
