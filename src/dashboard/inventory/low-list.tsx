import { useEffect, useMemo } from 'preact/hooks'
import type { PulseFigures } from '../../contract/pulse'
import { call } from '../api/call'
import { count } from '../formats'
import { t } from '../languages/inventory'
import { t as shared } from '../languages/shared'
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

const columns = { product: shared.product, stock: shared.stock, actions: t.actions }

const header = Object.entries(columns).map(([name, label]) => (
  <span role="columnheader" class={`cell ${name}`} key={name}>
    {name === 'actions' ? <span class="unseen">{label}</span> : label}
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
          label={t.productsRunningLow}
          rows={rows}
          rowHeight={ROW_HEIGHT}
          narrowRowHeight={ROW_HEIGHT}
          header={header}
          footer={
            rows.length === 0 && (
              <div class="empty">
                <strong>{t.nothingIsRunningLow}</strong>
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
                  {stock === 0 ? t.soldOut : t.left(count(stock))}
                </span>
              </span>
              <span class="cell actions" role="cell">
                <a
                  class="button small"
                  href={linkTo('inventory', id, 'stock')}
                  aria-label={t.adjustTheStockOf(name)}
                >
                  {t.adjust}
                </a>
              </span>
            </>
          )}
        </VirtualList>
      ) : (
        rows.failure.value === undefined && <div class="empty quiet">{t.loadingProducts}</div>
      )}
    </>
  )
}
