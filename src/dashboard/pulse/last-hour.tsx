import { clock, compact, count, counted, money } from '../formats'
import { connection } from '../live/stream'
import { Chart } from './chart'
import { Figure } from './figure'
import { lastHour, lowStock, MINUTE_MS, relayLag, today } from './pulse'

const connections = { live: 'Live', 'catching-up': 'Catching up', offline: 'Offline' } as const

function lagWords(): string {
  const lag = relayLag.value
  if (lag === undefined) return 'Asking the server…'
  return `The relay is ${counted(lag, 'event')} behind`
}

/** How the shop is doing at the moment: its day so far, and the last hour by the minute. */
export function LastHour() {
  const minutes = lastHour.value
  const current = minutes.at(-1)
  const before = minutes.at(-2)
  const hour = minutes.reduce((sum, { orders, takings }) => [sum[0] + orders, sum[1] + takings] as const, [
    0, 0,
  ] as readonly [number, number])
  return (
    <>
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
          points={minutes}
          stepMs={MINUTE_MS}
          label={clock}
          measure={({ orders }) => orders}
          format={compact}
          kind="bars"
        />
        <Chart
          title="Takings a minute"
          summary={`${money(hour[1])} in the last hour`}
          points={minutes}
          stepMs={MINUTE_MS}
          label={clock}
          measure={({ takings }) => takings}
          format={compact}
          kind="line"
        />
      </div>
    </>
  )
}
