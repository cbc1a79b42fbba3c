import type { CheckoutView } from '../../src/contract/checkout.js'
import type { OrderStatus, OrderView } from '../../src/contract/order.js'
import type { Finding, FindingKind } from './checks/finding.js'

export interface OrderRequest {
  userId: string
  productId: string
  quantity: number
  /** Seconds. */
  expiresIn?: number
}

export interface CheckoutRequest {
  userId: string
  lines: { productId: string; quantity: number }[]
  /** Seconds. */
  expiresIn?: number
}

/** An acknowledged order. */
export interface KnownOrder extends OrderRequest {
  id: string
  checkoutId: string | null
  /** Acknowledged statuses. */
  statuses: Set<OrderStatus>
  /** Requested statuses, whether acknowledged or not. */
  attempted: Set<OrderStatus>
}

/** The use of an Idempotency-Key. */
export interface KeyUse extends OrderRequest {
  key: string
  /** The orders returned for the key: at most one unless there is a bug. */
  ids: Set<string>
  /** Whether a request got no response: the order may then exist without having been acknowledged. */
  inDoubt: boolean
}

/** The use of an Idempotency-Key for a checkout. */
export interface CheckoutUse {
  request: CheckoutRequest
  /** Null for a request without a key, which is sent once. */
  key: string | null
  /** The checkouts returned: at most one unless there is a bug. */
  ids: Set<string>
  inDoubt: boolean
}

/** A change made under a key, with the answer due to every repetition. */
export interface KeyedAnswer {
  userId: string
  call: { method: 'POST'; path: string; body: object; headers: Record<string, string> }
  text: string
}

/** An import of products, each of a new SKU. */
export interface KnownImport {
  skus: string[]
  stock: number
  acknowledged: boolean
}

/** A stock adjustment, identified by a unique reason. */
export interface KnownAdjustment {
  productId: string
  delta: number
  /** `in-doubt`: there was no response, so it may have been made. */
  state: 'acknowledged' | 'refused' | 'in-doubt'
}

/** The history of all clients: acknowledged operations, and those with an unknown outcome. */
export class Journal {
  readonly orders = new Map<string, KnownOrder>()
  /** In order of acknowledgement. */
  readonly orderIds: string[] = []
  readonly keys = new Map<string, KeyUse>()
  /** Acknowledged orders without a key. */
  readonly keyless = new Set<string>()
  /** Orders without a key that got no response. */
  readonly keylessInDoubt: OrderRequest[] = []
  /** The requests for checkouts. */
  readonly checkouts: CheckoutUse[] = []
  readonly answers: KeyedAnswer[] = []
  readonly imports: KnownImport[] = []
  readonly adjustments = new Map<string, KnownAdjustment>()
  /** The initial stock of each product. */
  readonly initialStock = new Map<string, number>()
  /** The number of responses by HTTP status; 0 means no response. */
  readonly statuses = new Map<number, number>()
  readonly findings: Finding[] = []
  readonly #waiting: (() => void)[] = []
  /** Sign-ins after a refresh was answered too late to continue the session. */
  sessionsGivenUp = 0

  get acknowledged(): number {
    return this.orderIds.length
  }

  count(status: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
  }

  report(kind: FindingKind, text: string): void {
    this.findings.push({ kind, text })
  }

  /** Resolves as soon as the next order is acknowledged. */
  nextOrder(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Records an order answered with 201. */
  acknowledge(request: OrderRequest, view: OrderView, key?: string): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
    const { userId, productId, quantity } = request
    if (view.userId !== userId || view.productId !== productId || view.quantity !== quantity)
      this.report('answer', `an order for ${quantity} of ${productId} returned ${JSON.stringify(view)}`)
    if (key === undefined) {
      if (this.orders.has(view.id))
        this.report('lost', `two requests without a key returned order ${view.id}`)
      this.keyless.add(view.id)
    } else this.useKey(request, key).ids.add(view.id)
    this.#know(request, view)
  }

  /** Records a checkout answered with 201. */
  acknowledgeCheckout(use: CheckoutUse, view: CheckoutView): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
    const { lines, userId, ...terms } = use.request
    const placed = view.orders.map(({ productId, quantity }) => ({ productId, quantity }))
    if (JSON.stringify(placed) !== JSON.stringify(lines))
      this.report('answer', `a checkout of ${JSON.stringify(lines)} returned ${JSON.stringify(view)}`)
    use.ids.add(view.id)
    for (const order of view.orders) {
      const { productId, quantity } = order
      this.#know({ ...terms, userId, productId, quantity }, order)
    }
  }

  #know(request: OrderRequest, { id, checkoutId, status }: OrderView): void {
    const known = this.orders.get(id)
    if (known) {
      known.statuses.add(status)
      return
    }
    this.orders.set(id, { ...request, id, checkoutId, statuses: new Set([status]), attempted: new Set() })
    this.orderIds.push(id)
  }

  /** Returns the record of a key, creating it on first use. */
  useKey(request: OrderRequest, key: string): KeyUse {
    const name = `${request.userId} ${key}`
    const use = this.keys.get(name) ?? { ...request, key, ids: new Set(), inDoubt: false }
    this.keys.set(name, use)
    return use
  }
}
