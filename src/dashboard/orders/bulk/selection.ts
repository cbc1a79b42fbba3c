import { signal } from '@preact/signals'
import type { OrderView } from '../../../contract/order'
import type { OrderFeed } from '../feed'

/** Maximum orders per request. */
export const MAX_SELECTED = 1_000

/** The selected orders of the list, as they were when they were selected, by id. */
export const selected = signal<ReadonlyMap<string, OrderView>>(new Map())

/** The row that a range begins at. */
let anchor: string | undefined

const select = (orders: Iterable<[string, OrderView]>) => {
  selected.value = new Map([...orders].slice(0, MAX_SELECTED))
}

export function clearSelection(): void {
  anchor = undefined
  if (selected.peek().size > 0) selected.value = new Map()
}

/** Selects the order, or takes it out of the selection. */
export function toggle(order: OrderView): void {
  anchor = order.id
  const rest = new Map(selected.peek())
  if (!rest.delete(order.id)) rest.set(order.id, order)
  select(rest)
}

/** Adds the rows from the one toggled last to `order`. */
export function selectTo(feed: OrderFeed, order: OrderView): void {
  const [from, to] = [anchor === undefined ? -1 : feed.indexOf(anchor), feed.indexOf(order.id)]
  if (from < 0 || to < 0) return toggle(order)
  const added = new Map(selected.peek())
  for (let i = Math.min(from, to); i <= Math.max(from, to); i++) {
    const row = feed.at(i)
    if (row) added.set(row.id, row)
  }
  select(added)
}

/** Whether every row that `selectAll` takes is selected. */
export function isAllSelected(feed: OrderFeed): boolean {
  const count = Math.min(feed.length, MAX_SELECTED)
  for (let i = 0; i < count; i++) if (!selected.value.has(feed.at(i)?.id ?? '')) return false
  return count > 0
}

/** Selects every loaded row, newest first, up to the maximum per request. */
export function selectAll(feed: OrderFeed): void {
  const all = new Map<string, OrderView>()
  for (let i = 0; i < Math.min(feed.length, MAX_SELECTED); i++) {
    const row = feed.at(i)
    if (row) all.set(row.id, row)
  }
  select(all)
}
