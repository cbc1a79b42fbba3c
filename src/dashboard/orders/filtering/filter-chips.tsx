import { dayText, money } from '../../formats'
import { t } from '../../languages/orders'
import { setQuery } from '../../routing'
import { customerOf } from '../customers'
import type { OrderFeed } from '../feed'
import type { OrderFilter } from '../filter'
import { presetNames } from './dates'

interface Chip {
  text: string
  /** The parameters of the address to remove. */
  names: string[]
}

function timeText({ preset, from, to }: OrderFilter): string | undefined {
  if (preset) return presetNames()[preset]
  if (from && from === to) return dayText(from)
  if (from && to) return `${dayText(from)} – ${dayText(to)}`
  if (from) return t.since(dayText(from))
  return to ? t.until(dayText(to)) : undefined
}

function totalText({ minTotal, maxTotal }: OrderFilter): string | undefined {
  if (minTotal !== undefined && maxTotal !== undefined) return `${money(minTotal)} – ${money(maxTotal)}`
  if (minTotal !== undefined) return t.orMore(money(minTotal))
  return maxTotal === undefined ? undefined : t.orLess(money(maxTotal))
}

/** The chips of the filters in force. Names come from the first row of the list, which they all share. */
function chipsOf(filter: OrderFilter, feed: OrderFeed): Chip[] {
  const { ids } = filter
  void feed.version.value // subscribes to the feed: its rows are no signals
  const first = feed.at(0)
  const customer = first && first.userId === ids.userId ? customerOf(first).value : undefined
  const product = first && first.productId === ids.productId ? first.productName : undefined
  const texts: [string | undefined | false, ...string[]][] = [
    [ids.userId !== undefined && (customer?.name ?? t.oneCustomer), 'userId'],
    [ids.productId !== undefined && (product ?? t.oneProduct), 'productId'],
    [ids.checkoutId !== undefined && t.oneCheckout, 'checkoutId'],
    [timeText(filter), 'date', 'from', 'to'],
    [totalText(filter), 'minTotal', 'maxTotal'],
  ]
  return texts.flatMap(([text, ...names]) => (text ? [{ text, names }] : []))
}

/** The filters in force besides statuses and words, each with a way out. */
export const FilterChips = ({ filter, feed }: { filter: OrderFilter; feed: OrderFeed }) => (
  <>
    {chipsOf(filter, feed).map(({ text, names }) => (
      <button
        class="button chip"
        type="button"
        key={names[0]}
        onClick={() => setQuery(Object.fromEntries(names.map((name) => [name, ''])))}
      >
        <bdi>{text}</bdi> <span aria-hidden="true">×</span>
        <span class="unseen">{t.showAll}</span>
      </button>
    ))}
  </>
)
