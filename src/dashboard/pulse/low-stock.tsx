import { count, counted } from '../formats'
import { linkTo, linkToQuery } from '../routing'
import { lowStock } from './pulse'

/** The products with the least stock. */
export function LowStock() {
  const low = lowStock.value
  if (!low) return null
  return (
    <section class="panel low-stock">
      <h2>Running low</h2>
      {low.items.length === 0 ? (
        <p class="quiet">Nothing: every product has more than {count(low.threshold)} left.</p>
      ) : (
        <ul>
          {low.items.map(({ id, name, stock }) => (
            <li key={id}>
              <a href={linkTo('inventory', id, 'stock')}>{name}</a>
              <span class={`level ${stock === 0 ? 'out' : 'low'}`}>
                {stock === 0 ? 'Sold out' : `${count(stock)} left`}
              </span>
            </li>
          ))}
        </ul>
      )}
      {low.count > low.items.length && (
        <a href={linkToQuery('inventory', { inStock: 'low' })}>
          And {counted(low.count - low.items.length, 'more product', 'more products')}
        </a>
      )}
    </section>
  )
}
