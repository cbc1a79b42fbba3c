import { count } from '../formats'
import { t } from '../languages/pulse'
import { linkTo, linkToQuery } from '../routing'
import { lowStock } from './pulse'

/** The products with the least stock. */
export function LowStock() {
  const low = lowStock.value
  if (!low) return null
  return (
    <section class="panel low-stock">
      <h2>{t.runningLow}</h2>
      {low.items.length === 0 ? (
        <p class="quiet">{t.nothingEveryProductHas(count(low.threshold))}</p>
      ) : (
        <ul>
          {low.items.map(({ id, name, stock }) => (
            <li key={id}>
              <a href={linkTo('inventory', id, 'stock')} dir="auto">
                {name}
              </a>
              <span class={`level ${stock === 0 ? 'out' : 'low'}`}>
                {stock === 0 ? t.soldOut : t.left(count(stock))}
              </span>
            </li>
          ))}
        </ul>
      )}
      {low.count > low.items.length && (
        <a href={linkToQuery('inventory', { inStock: 'low' })}>
          {t.andNMoreProduct(low.count - low.items.length)}
        </a>
      )}
    </section>
  )
}
