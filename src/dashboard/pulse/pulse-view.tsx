import { lazy } from '../parts/lazy'
import { route, setQuery } from '../routing'
import { LastHour } from './last-hour'
import { LowStock } from './low-stock'
import { type RangeName, rangeNames } from './range'

const Sales = lazy(async () => (await import('./sales-view')).SalesView)

const titles: Record<RangeName, string> = { day: 'Today', week: 'This week', month: 'This month' }

/** Key figures and charts of the shop: of now, or of a range of days. */
export function PulseView() {
  const range = rangeNames.find((name) => name === route.value.query.get('range'))
  return (
    <div class="pulse">
      <header class="bar">
        <h1>Pulse</h1>
        <fieldset class="segments">
          <legend class="unseen">Show</legend>
          <button type="button" aria-pressed={!range} onClick={() => setQuery({ range: '' })}>
            Now
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
