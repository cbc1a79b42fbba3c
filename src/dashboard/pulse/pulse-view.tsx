import { t } from '../languages/pulse'
import { t as shared } from '../languages/shared'
import { lazy } from '../parts/lazy'
import { route, setQuery } from '../routing'
import { LastHour } from './last-hour'
import { LowStock } from './low-stock'
import { type RangeName, rangeNames } from './range'

const Sales = lazy(async () => (await import('./sales-view')).SalesView)

const titles: Record<RangeName, string> = { day: t.today, week: t.thisWeek, month: t.thisMonth }

/** Key figures and charts of the shop: of now, or of a range of days. */
export function PulseView() {
  const range = rangeNames.find((name) => name === route.value.query.get('range'))
  return (
    <div class="pulse">
      <header class="bar">
        <h1>{t.pulse}</h1>
        <fieldset class="segments">
          <legend class="unseen">{shared.show}</legend>
          <button type="button" aria-pressed={!range} onClick={() => setQuery({ range: '' })}>
            {t.now}
          </button>
          {rangeNames.map((name) => (
            <button
              type="button"
              key={name}
              aria-pressed={name === range}
              onClick={() => setQuery({ range: name })}
            >
              {titles[name]}
            </button>
          ))}
        </fieldset>
      </header>
      {range ? <Sales key={range} name={range} /> : <LastHour />}
      <LowStock />
    </div>
  )
}
