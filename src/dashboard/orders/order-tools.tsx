import { useSignal } from '@preact/signals'
import { type OrderStatus, orderStatuses } from '../../contract/order'
import { t } from '../languages/orders'
import { t as shared } from '../languages/shared'
import { lazy } from '../parts/lazy'
import { SearchBox } from '../parts/search-box'
import { setQuery } from '../routing'
import type { OrderFeed } from './feed'
import type { OrderFilter } from './filter'
import { FilterChips } from './filtering/filter-chips'
import { statusNames } from './status'
import { ViewsMenu } from './views/views-menu'

const FilterDialog = lazy(async () => (await import('./filtering/filter-dialog')).FilterDialog)
const SaveViewDialog = lazy(async () => (await import('./views/view-dialogs')).SaveViewDialog)
const DeleteViewsDialog = lazy(async () => (await import('./views/view-dialogs')).DeleteViewsDialog)

/** The search, the filters and the saved views of the orders. */
export function OrderTools({ filter, feed }: { filter: OrderFilter; feed: OrderFeed }) {
  const { statuses, q } = filter
  const open = useSignal<'filter' | 'save' | 'delete' | undefined>(undefined)
  const close = () => {
    open.value = undefined
  }
  const choose = (chosen: OrderStatus[]) => setQuery({ status: chosen.join() })
  const toggle = (status: OrderStatus) =>
    choose(statuses.includes(status) ? statuses.filter((each) => each !== status) : [...statuses, status])
  return (
    <>
      <search class="tools">
        <SearchBox label={t.searchOrdersCustomerProduct} name="q" value={q} />
        <button class="button" type="button" onClick={() => (open.value = 'filter')}>
          {t.filter}
        </button>
        <ViewsMenu onSave={() => (open.value = 'save')} onManage={() => (open.value = 'delete')} />
      </search>
      <fieldset class="segments">
        <legend class="unseen">{shared.show}</legend>
        <button type="button" aria-pressed={statuses.length === 0} onClick={() => choose([])}>
          {t.all}
        </button>
        {orderStatuses.map((status) => (
          <button
            type="button"
            key={status}
            aria-pressed={statuses.includes(status)}
            onClick={() => toggle(status)}
          >
            {statusNames()[status]}
          </button>
        ))}
      </fieldset>
      <div class="chips">
        <FilterChips filter={filter} feed={feed} />
      </div>
      {open.value === 'filter' && <FilterDialog filter={filter} onClose={close} />}
      {open.value === 'save' && <SaveViewDialog onClose={close} />}
      {open.value === 'delete' && <DeleteViewsDialog onClose={close} />}
    </>
  )
}
