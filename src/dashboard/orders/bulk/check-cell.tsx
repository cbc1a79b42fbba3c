import type { OrderView } from '../../../contract/order'
import { shortId } from '../../formats'
import type { OrderFeed } from '../feed'
import { selected, selectTo, toggle } from './selection'

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
        aria-label={`Select ${shortId(order.id)}`}
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
