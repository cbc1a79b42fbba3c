import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { RowSource } from './row-source'

interface VirtualListProps<T extends { id: string }> {
  label: string
  rows: RowSource<T>
  /** Pixels; all rows are of one height. */
  rowHeight: number
  header: ComponentChildren
  /** The cells of a row. */
  children: (row: T) => ComponentChildren
  /** Called when the end comes near. */
  onNearEnd?: () => void
  footer?: ComponentChildren
}

const OVERSCAN = 6
const NEAR_END_ROWS = 20

/**
 * A table of which only the rows in sight are in the page, so that a hundred thousand are as quick as twenty. Who reads
 * further down keeps their place when rows come in at the top. Arrow keys go from row to row.
 */
export function VirtualList<T extends { id: string }>(props: VirtualListProps<T>) {
  const { label, rows, rowHeight, header, children, onNearEnd, footer } = props
  const scroller = useRef<HTMLDivElement>(null)
  const top = useSignal(0)
  const height = useSignal(800)
  const anchor = useRef<{ id: string; offset: number }>(undefined)
  /** The row that is to have the focus once it is in the page: keys may come faster than rows do. */
  const awaited = useRef<number>(undefined)

  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    if (anchor.current && element.scrollTop > 0) {
      const index = rows.indexOf(anchor.current.id)
      const wanted = index * rowHeight + anchor.current.offset
      if (index >= 0 && Math.abs(wanted - element.scrollTop) >= 1) element.scrollTop = wanted
    }
    note(element)
    if (awaited.current !== undefined && focus(awaited.current)) awaited.current = undefined
  })

  /** @returns whether that row is in the page. */
  const focus = (rowIndex: number): boolean => {
    const link = scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${rowIndex}"] a`)
    link?.focus({ preventScroll: true })
    return link != null
  }

  const note = (element: HTMLDivElement) => {
    top.value = element.scrollTop
    const index = Math.floor(element.scrollTop / rowHeight)
    const row = rows.at(index)
    anchor.current = row && { id: row.id, offset: element.scrollTop - index * rowHeight }
  }

  const first = Math.max(0, Math.floor(top.value / rowHeight) - OVERSCAN)
  const last = Math.min(rows.length, Math.ceil((top.value + height.value) / rowHeight) + OVERSCAN)
  useEffect(() => {
    if (last >= rows.length - NEAR_END_ROWS) onNearEnd?.()
  })

  const visible: ComponentChildren[] = []
  for (let i = first; i < last; i++) {
    const row = rows.at(i)
    if (!row) continue
    visible.push(
      <div
        class="row"
        role="row"
        key={row.id}
        aria-rowindex={i + 2}
        style={{ transform: `translateY(${i * rowHeight}px)`, height: `${rowHeight}px` }}
      >
        {children(row)}
      </div>,
    )
  }

  const step = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const element = scroller.current
    const here = document.activeElement?.closest('[role=row]')
    if (!element || !here) return
    event.preventDefault()
    const from = awaited.current ?? Number(here.getAttribute('aria-rowindex'))
    const at = from + (event.key === 'ArrowDown' ? 1 : -1)
    if (at < 2 || at > rows.length + 1) return
    awaited.current = focus(at) ? undefined : at
    const y = (at - 2) * rowHeight
    if (y < element.scrollTop) element.scrollTop = y
    else if (y + rowHeight > element.scrollTop + element.clientHeight - rowHeight)
      element.scrollTop = y + 2 * rowHeight - element.clientHeight
    note(element)
  }

  return (
    <div
      class="table"
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-busy={rows.loading.value}
    >
      <div class="head" role="rowgroup">
        <div class="row" role="row" aria-rowindex={1}>
          {header}
        </div>
      </div>
      <div
        class="scroller"
        role="rowgroup"
        ref={scroller}
        tabIndex={rows.length === 0 ? -1 : 0}
        onScroll={(event) => note(event.currentTarget)}
        onKeyDown={step}
      >
        <div class="rows" role="presentation" style={{ height: `${rows.length * rowHeight}px` }}>
          {visible}
        </div>
        {footer}
      </div>
    </div>
  )
}
