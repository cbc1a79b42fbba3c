import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { SalesFigures } from '../../contract/sales'
import { call } from '../api/call'
import { serverNow } from '../api/server-clock'
import { clock, compact, count, money, monthDay, percentChange, weekday } from '../formats'
import { t } from '../languages/pulse'
import { t as shared } from '../languages/shared'
import { useLoad } from '../parts/load'
import { LoadFailure, Notice } from '../parts/notice'
import { linkTo } from '../routing'
import { Chart } from './chart'
import { Figure } from './figure'
import { barsOf, type Range, type RangeName, rangeOf } from './range'

const HOUR_MS = 60 * 60_000
const REFRESH_MS: Record<RangeName, number> = { day: 15_000, week: 60_000, month: 60_000 }

const beforeTexts: Record<RangeName, (figure: string) => string> = {
  day: t.yesterdayWas,
  week: t.lastWeekWas,
  month: t.lastMonthWas,
}

/** "+12 % · 380 yesterday by now" */
function comparison(now: number, before: number, text: string, name: RangeName): string {
  const past = beforeTexts[name](text)
  return before > 0 ? `${percentChange(now / before - 1)} · ${past}` : past
}

interface Shown {
  range: Range
  sales: SalesFigures
}

/** The sales of a day, a week or a month so far, compared with the one before. */
export function SalesView({ name }: { name: RangeName }) {
  const shown = useSignal<Shown | undefined>(undefined)
  const turn = useSignal(0)
  useEffect(() => {
    const timer = setInterval(() => document.hidden || turn.value++, REFRESH_MS[name])
    return () => clearInterval(timer)
  }, [name])
  const loading = useLoad(
    async (retryOptions) => {
      const range = rangeOf(name, new Date(serverNow()))
      const { from, to, before } = range
      const path = `/pulse/sales?${new URLSearchParams({ from, to, before })}`
      shown.value = { range, sales: (await call<SalesFigures>('GET', path, retryOptions)).body }
    },
    [name, turn.value],
  )
  const sales = shown.value?.sales
  const points = shown.value ? barsOf(shown.value.sales.hours, shown.value.range.bars) : []
  const isDay = name === 'day'
  const text = isDay ? clock : name === 'week' ? weekday : monthDay
  const axis = {
    stepMs: isDay ? HOUR_MS : 24 * HOUR_MS,
    label: (at: number) => text(nearest(points, at)),
  }
  const average = (sum: { orders: number; takings: number }) =>
    sum.orders > 0 ? sum.takings / sum.orders : 0
  return (
    <>
      <LoadFailure failure={loading.failure.value} again={loading.again} />
      {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
      {sales?.isComplete === false && <Notice tone="wait">{t.theFiguresAreBeing}</Notice>}
      <dl class="figures three">
        <Figure
          label={shared.orders}
          value={sales && count(sales.orders)}
          note={sales && comparison(sales.orders, sales.before.orders, count(sales.before.orders), name)}
        />
        <Figure
          label={t.takings}
          value={sales && money(sales.takings)}
          note={sales && comparison(sales.takings, sales.before.takings, money(sales.before.takings), name)}
        />
        <Figure
          label={t.anOrderOnAverage}
          value={sales && money(average(sales))}
          note={
            sales && comparison(average(sales), average(sales.before), money(average(sales.before)), name)
          }
        />
      </dl>
      <div class="charts">
        <Chart
          title={isDay ? t.ordersAnHour : t.ordersADay}
          summary={sales ? shared.nOrder(sales.orders) : ''}
          points={points}
          measure={({ orders }) => orders}
          format={compact}
          kind="bars"
          {...axis}
        />
        <Chart
          title={isDay ? t.takingsAnHour : t.takingsADay}
          summary={sales ? money(sales.takings) : ''}
          points={points}
          measure={({ takings }) => takings}
          format={compact}
          kind="bars"
          {...axis}
        />
      </div>
      {sales && <BestSellers best={sales.best} />}
    </>
  )
}

/** The beginning of the hour or day nearest to a place on the axis: clocks of zones are not at whole steps. */
const nearest = (points: { at: number }[], place: number): number =>
  points.reduce(
    (best, { at }) => (Math.abs(at - place) < Math.abs(best - place) ? at : best),
    place - HOUR_MS * 48,
  )

const BestSellers = ({ best }: Pick<SalesFigures, 'best'>) => (
  <section class="panel low-stock" aria-labelledby="best-sellers">
    <h2 id="best-sellers">{t.bestSellers}</h2>
    {best.length === 0 ? (
      <p class="quiet">{t.nothingWasOrderedYet}</p>
    ) : (
      <ol>
        {best.map(({ id, name, units, takings }) => (
          <li key={id}>
            <a href={linkTo('inventory', id, 'ledger')} dir="auto">
              {name}
            </a>
            <span class="level">
              {t.nUnit(units)}, {money(takings)}
            </span>
          </li>
        ))}
      </ol>
    )}
  </section>
)
