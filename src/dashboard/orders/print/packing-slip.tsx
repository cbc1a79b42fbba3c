import { count, fullTime, shortId } from '../../formats'
import { t } from '../../languages/print'
import { t as shared } from '../../languages/shared'
import { shopName } from '../../shop'
import type { CompleteOrder } from '../expanded'

/** Groups orders by parcel: those of a checkout share one. */
export function parcelsOf(orders: CompleteOrder[]): CompleteOrder[][] {
  const parcels = new Map<string, CompleteOrder[]>()
  for (const order of orders) {
    const key = order.checkoutId ?? order.id
    const parcel = parcels.get(key)
    if (parcel) parcel.push(order)
    else parcels.set(key, [order])
  }
  return [...parcels.values()]
}

/** The page enclosed in a parcel. It has no prices: the parcel may be a present. */
export function PackingSlip({ orders }: { orders: CompleteOrder[] }) {
  const [first] = orders
  if (!first) return null
  // Orders of a checkout have its note in common.
  const notes = new Set(orders.map(({ note }) => note).filter((note) => note !== null))
  return (
    <article class="paper">
      <header>
        <strong dir="auto">{shopName.value}</strong>
        <h1>{t.packingSlip}</h1>
      </header>
      <dl class="facts">
        <dt>{t.for}</dt>
        <dd dir="auto">
          {first.customer?.name ?? first.userId}
          {first.customer?.email && <div>{first.customer.email}</div>}
        </dd>
        <dt>{shared.placed}</dt>
        <dd>{fullTime(first.createdAt)}</dd>
      </dl>
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">
              {t.quantity}
            </th>
            <th scope="col">{shared.product}</th>
            <th scope="col">{t.sku}</th>
            <th scope="col">{shared.order}</th>
          </tr>
        </thead>
        <tbody>
          {orders.map(({ id, quantity, productName, sku }) => (
            <tr key={id}>
              <td class="number">{count(quantity)}</td>
              <td dir="auto">{productName}</td>
              <td>{sku}</td>
              <td>{shortId(id)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {[...notes].map((note) => (
        <p key={note} dir="auto">
          {note}
        </p>
      ))}
    </article>
  )
}
