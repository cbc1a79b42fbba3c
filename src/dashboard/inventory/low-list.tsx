import { useEffect, useMemo } from 'preact/hooks'
import type { PulseFigures } from '../../contract/pulse'
import { call } from '../api/call'
import { count } from '../formats'
import { onEvents } from '../live/stream'
import { LoadFailure } from '../parts/notice'
import { PagedRows } from '../parts/paged-rows'
import { VirtualList } from '../parts/virtual-list'
import { useWaiting } from '../parts/waiting'
import { linkTo } from '../routing'

const ROW_HEIGHT = 53
const MOST = 1_000
/** A busy shop changes a stock with every order. */
const REFRESH_MS = 5_000

type LowProduct = PulseFigures['lowStock']['items'][number]

const header = ['Product', 'Stock', 'Actions'].map((name) => (
  <span role="columnheader" class={`cell ${name.toLowerCase()}`} key={name}>
    {name === 'Actions' ? <span class="unseen">Actions</span> : name}
  </span>
))

/** The products running low, by their own thresholds or that of the shop: the least stock first. */
export function LowList() {
  const { retryOptions } = useWaiting()
  const rows = useMemo(
    () =>
      new PagedRows<LowProduct>(async () => {
        const { body } = await call<PulseFigures>('GET', `/pulse?low=${MOST}`, retryOptions('low'))
        return { items: body.lowStock.items, nextCursor: null }
      }),
    [],
  )
  useEffect(() => {
    void rows.reload()
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = onEvents((events) => {
      if (!events.some(({ type }) => type === 'stock:changed' || type.startsWith('product:'))) return
      timer ??= setTimeout(() => {
        timer = undefined
        void rows.reload()
      }, REFRESH_MS)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [rows])
  void rows.version.value // subscribes to the rows, which are no signals
  return (
    <>
      <LoadFailure failure={rows.failure.value} again={() => void rows.reload()} />
      {rows.loaded.value ? (
        <VirtualList
          label="Products running low"
          rows={rows}
          rowHeight={ROW_HEIGHT}
          narrowRowHeight={ROW_HEIGHT}
          header={header}
          footer={
            rows.length === 0 && (
              <div class="empty">
                <strong>Nothing is running low</strong>
              </div>
            )
          }
        >
          {({ id, name, stock }) => (
            <>
              <span class="cell product" role="cell" dir="auto">
                <a href={linkTo('inventory', id, 'ledger')} title={name}>
                  {name}
                </a>
              </span>
              <span class="cell stock low-level" role="cell">
                <span class={`level ${stock === 0 ? 'out' : 'low'}`}>
                  {stock === 0 ? 'Sold out' : `${count(stock)} left`}
                </span>
              </span>
              <span class="cell actions" role="cell">
                <a
                  class="button small"
                  href={linkTo('inventory', id, 'stock')}
                  aria-label={`Adjust the stock of ${name}`}
                >
                  Adjust
                </a>
              </span>
            </>
          )}
        </VirtualList>
      ) : (
        <div class="empty quiet">Loading products…</div>
      )}
    </>
  )
}
