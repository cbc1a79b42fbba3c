import { t } from '../languages/orders-dialogs'
import { useShortcuts } from '../parts/shortcuts'
import { bulkSteps, moveSelected } from './bulk/bulk-bar'
import { clearSelection, selectAll, selected, selectTo, toggle } from './bulk/selection'
import type { OrderFeed } from './feed'

/** The keys of the list of orders, as its help shows them. */
export const orderKeys = (): [string, string][] => [
  ['j, k', t.nextAndPreviousOrder],
  ['Enter', t.openTheOrder],
  ['x', t.selectTheOrder],
  ['Shift X', t.selectFromTheLast],
  ['a', t.selectAllLoadedOrders],
  ['c, s, d', t.confirmShipDeliverThe],
  ['b', t.toWhatCanBe],
  ['Esc', t.clearTheSelection],
]

const focus = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus()

/** Handles the keys of the list of orders. */
export function useKeys(feed: OrderFeed): void {
  useShortcuts(() => {
    const row = () => {
      const place = document.activeElement?.closest('.rows .row')?.getAttribute('aria-rowindex')
      return place ? feed.at(Number(place) - 2) : undefined
    }
    const toFirst = () => row() ?? focus('.rows .row a')
    const steps = bulkSteps().flatMap(({ key, to }) =>
      key ? [[key, () => selected.value.size > 0 && moveSelected(feed, to)] as const] : [],
    )
    return {
      ...Object.fromEntries(steps),
      a: () => selectAll(feed),
      b: () => focus('.bulk button'),
      Escape: clearSelection,
      x: () => {
        const order = row()
        if (order) toggle(order)
      },
      X: () => {
        const order = row()
        if (order) selectTo(feed, order)
      },
      j: toFirst,
      k: toFirst,
    }
  }, [feed])
}
