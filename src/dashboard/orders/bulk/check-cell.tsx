import type { OrderView } from '../../../contract/order'
import { shortId } from '../../formats'
import { t } from '../../languages/orders'
import type { OrderFeed } from '../feed'
import { clearSelection, isAllSelected, selectAll, selected, selectTo, toggle } from './selection'

interface CheckCellProps {
  feed: OrderFeed
  order: OrderView
}

/** Selects a row; with Shift, all rows from the last one on. */
export const CheckCell = ({ feed, order }: CheckCellProps) => (
  <span class="cell check" role="cell">
    <label>
      <input
        type="checkbox"
        aria-label={t.select(shortId(order.id))}
        checked={selected.value.has(order.id)}
        onClick={(event) => {
          if (event.shiftKey) selectTo(feed, order)
          else toggle(order)
          event.currentTarget.checked = selected.value.has(order.id)
        }}
      />
    </label>
  </span>
)

/** Selects all loaded rows, or none. */
export function CheckAll({ feed }: { feed: OrderFeed }) {
  const isAll = isAllSelected(feed)
  return (
    <span class="cell check" role="columnheader">
      <label>
        <input
          type="checkbox"
          aria-label={t.selectAll}
          checked={isAll}
          indeterminate={!isAll && selected.value.size > 0}
          onClick={(event) => {
            if (isAll) clearSelection()
            else selectAll(feed)
            event.currentTarget.checked = isAllSelected(feed)
          }}
        />
      </label>
    </span>
  )
}
