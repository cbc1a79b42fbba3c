import { clock, compact, count, money } from '../formats'
import { t } from '../languages/pulse'
import { t as shared } from '../languages/shared'
import { connection } from '../live/stream'
import { LoadFailure } from '../parts/notice'
import { Chart } from './chart'
import { Figure } from './figure'
import { lastHour, loadPulse, lowStock, MINUTE_MS, pulseFailure, relayLag, today } from './pulse'

const connections = { live: t.live, 'catching-up': t.catchingUp, offline: t.offline } as const

function lagWords(): string {
  const lag = relayLag.value
  if (lag === undefined) return t.askingTheServer
  return t.theRelayIsN(lag)
}

/** How the shop is doing at the moment: its day so far, and the last hour by the minute. */
export function LastHour() {
  // Without the server's figures, those of the events alone would be too low.
  const minutes = today.value ? lastHour.value : []
  const current = minutes.at(-1)
  const before = minutes.at(-2)
  const hour = minutes.reduce((sum, { orders, takings }) => [sum[0] + orders, sum[1] + takings] as const, [
    0, 0,
  ] as readonly [number, number])
  return (
    <>
      <LoadFailure failure={pulseFailure.value} again={() => void loadPulse()} />
      <dl class="figures">
        <Figure label={t.ordersToday} value={today.value && count(today.value.orders)} />
        <Figure label={t.takingsToday} value={today.value && money(today.value.takings)} />
        <Figure
          label={t.thisMinute}
          value={current && shared.nOrder(current.orders)}
          note={before && t.nOrderTheMinute(before.orders)}
        />
        <Figure
          label={t.runningLow}
          value={lowStock.value && count(lowStock.value.count)}
          note={lowStock.value && t.leftOrFewer(count(lowStock.value.threshold))}
        />
        <Figure label={t.connection} value={connections[connection.value]} note={lagWords()} />
      </dl>
      <div class="charts">
        <Chart
          title={t.ordersAMinute}
          summary={today.value ? t.nOrderInThe(hour[0]) : ''}
          points={minutes}
          stepMs={MINUTE_MS}
          label={clock}
          measure={({ orders }) => orders}
          format={compact}
          kind="bars"
        />
        <Chart
          title={t.takingsAMinute}
          summary={today.value ? t.inTheLastHour(money(hour[1])) : ''}
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
