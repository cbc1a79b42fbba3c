import type { ComponentChildren } from 'preact'
import { compact, count, counted, money } from '../formats'
import { connection } from '../live/stream'
import { linkTo } from '../routing'
import { Chart } from './chart'
import { lastHour, lowStock, relayLag, today } from './pulse'

interface FigureProps {
  label: string
  value: string | undefined
  note?: ComponentChildren
}

const Figure = ({ label, value, note }: FigureProps) => (
  <div class="figure">
    <dt>{label}</dt>
    <dd>
      {value === undefined ? <span class="skeleton">00</span> : value}
      {note && <small>{note}</small>}
    </dd>
  </div>
)

const connections = { live: 'Live', 'catching-up': 'Catching up', offline: 'Offline' } as const

function lagWords(): string {
  const lag = relayLag.value
  if (lag === undefined) return 'Asking the server…'
  return `The relay is ${counted(lag, 'event')} behind`
}

/** Key figures and charts of the shop. */
export function PulseView() {
  const minutes = lastHour.value
  const current = minutes.at(-1)
  const before = minutes.at(-2)
  const hour = minutes.reduce((sum, { orders, takings }) => [sum[0] + orders, sum[1] + takings] as const, [
    0, 0,
  ] as readonly [number, number])
  return (
    <div class="pulse">
      <header class="bar">
        <h1>Pulse</h1>
      </header>
      <dl class="figures">
        <Figure label="Orders today" value={today.value && count(today.value.orders)} />
        <Figure label="Takings today" value={today.value && money(today.value.takings)} />
        <Figure
          label="This minute"
          value={current && counted(current.orders, 'order')}
          note={before && `${counted(before.orders, 'order')} the minute before`}
        />
        <Figure
          label="Running low"
          value={lowStock.value && count(lowStock.value.count)}
          note={lowStock.value && `${count(lowStock.value.threshold)} left or fewer`}
        />
        <Figure label="Connection" value={connections[connection.value]} note={lagWords()} />
      </dl>
      <div class="charts">
        <Chart
          title="Orders a minute"
          summary={`${counted(hour[0], 'order')} in the last hour`}
          minutes={minutes}
          measure={({ orders }) => orders}
          format={compact}
          kind="bars"
        />
        <Chart
          title="Takings a minute"
          summary={`${money(hour[1])} in the last hour`}
          minutes={minutes}
          measure={({ takings }) => takings}
          format={compact}
          kind="line"
        />
      </div>
      <LowStock />
    </div>
  )
}

function LowStock() {
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
        <p class="quiet">And {counted(low.count - low.items.length, 'more product', 'more products')}.</p>
      )}
    </section>
  )
}
