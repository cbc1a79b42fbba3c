import { serverNow } from '../../api/server-clock'
import { count, fullTime, shortId } from '../../formats'
import { t } from '../../languages/print'
import { t as shared } from '../../languages/shared'
import { shopName } from '../../shop'
import type { CompleteOrder } from '../expanded'

interface Pick {
  name: string
  sku: string | null
  quantity: number
  orders: CompleteOrder[]
}

/** The units to take from the shelves for all orders together, by SKU, then by name. */
export function picksOf(orders: CompleteOrder[]): Pick[] {
  const picks = new Map<string, Pick>()
  for (const order of orders) {
    const pick = picks.get(order.productId) ?? {
      name: order.productName,
      sku: order.sku,
      quantity: 0,
      orders: [],
    }
    pick.quantity += order.quantity
    pick.orders.push(order)
    picks.set(order.productId, pick)
  }
  const keyOf = ({ sku, name }: Pick) => `${sku ?? '\uffff'} ${name}`
  return [...picks.values()].sort((a, b) => keyOf(a).localeCompare(keyOf(b)))
}

/** The list for a walk along the shelves, for several orders at once. */
export const PickingList = ({ orders }: { orders: CompleteOrder[] }) => (
  <article class="paper">
    <header>
      <strong dir="auto">{shopName.value}</strong>
      <h1>{t.pickingList}</h1>
    </header>
    <p>
      {shared.nOrder(orders.length)}, {fullTime(new Date(serverNow()).toISOString())}
    </p>
    <table>
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">{t.taken}</span>
          </th>
          <th scope="col" class="number">
            {t.quantity}
          </th>
          <th scope="col">{shared.product}</th>
          <th scope="col">{t.sku}</th>
          <th scope="col">{shared.orders}</th>
        </tr>
      </thead>
      <tbody>
        {picksOf(orders).map(({ name, sku, quantity, orders: wanting }) => (
          <tr key={wanting[0]?.id}>
            <td>
              <span class="box" />
            </td>
            <td class="number">{count(quantity)}</td>
            <td dir="auto">{name}</td>
            <td>{sku}</td>
            <td>
              {wanting
                .map(
                  (order) => `${shortId(order.id)}${order.quantity > 1 ? ` × ${count(order.quantity)}` : ''}`,
                )
                .join(', ')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </article>
)
