import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { useHold } from './hold'
import { openRow } from './open-row'
import { rowAfter } from './row-keys'
import type { RowSource } from './row-source'
import { useSize, type Widths } from './size'
import { SteadyRows } from './steady-rows'

interface VirtualListProps<T extends { id: string }> {
  label: string
  rows: RowSource<T>
  /** Pixels; the same for all rows. */
  rowHeight: number
  /** Pixels, where the columns are tight, if rows are higher there. */
  mediumRowHeight?: number
  /** Pixels, where the list is too narrow for columns and a row takes several lines. */
  narrowRowHeight: number
  /** From which widths on the list has another layout than most. */
  widths?: Widths
  header: ComponentChildren
  /** Renders the cells of a row. */
  children: (row: T) => ComponentChildren
  /** Called when scrolled near the end. */
  onNearEnd?: () => void
  footer?: ComponentChildren
  /** Name under which the scroll position is kept until the person comes back. */
  memory?: string
  /**
   * Called with true when rows must not move: the pointer, the focus or a finger is among them. Given by lists whose rows
   * know how to wait; the list keeps those of others in their places itself.
   */
  onHold?: (held: boolean) => void
}

const OVERSCAN = 6
const NEAR_END_ROWS = 20

/** Where lists were left, by their `memory`. */
const places = new Map<string, { id: string; offset: number; top: number }>()

/**
 * Virtualized table: renders only the visible rows, so a hundred thousand are as fast as twenty. Keeps the scroll
 * position on the same row when rows are inserted above it. Arrow keys, Home, End and those of pages move from row to row.
 */
export function VirtualList<T extends { id: string }>(props: VirtualListProps<T>) {
  const { label, header, children, onNearEnd, memory, onHold } = props
  const steady = useMemo(() => (onHold ? undefined : new SteadyRows(props.rows)), [props.rows])
  const rows: RowSource<T> = steady ?? props.rows
  const holds = useSignal(0)
  void holds.value // subscribes to holds, which change the places of rows
  steady?.extend()
  // The note of an empty list waits until its last row is gone.
  const footer = props.rows.length === 0 && rows.length > 0 ? null : props.footer
  const table = useRef<HTMLDivElement>(null)
  const size = useSize(table, props.widths)
  const heights = { wide: props.rowHeight, medium: props.mediumRowHeight ?? props.rowHeight }
  const rowHeight = size === 'narrow' ? props.narrowRowHeight : heights[size]
  const scroller = useRef<HTMLDivElement>(null)
  const top = useSignal(0)
  const height = useSignal(800)
  const anchor = useRef<{ id: string; offset: number }>(undefined)
  /** Index of the row to focus once it is rendered: key repeat may be faster than rendering. */
  const pendingFocus = useRef<number>(undefined)
  const focused = useRef<EventTarget>(undefined)
  useHold(scroller, (held) => {
    if (onHold) return onHold(held)
    if (held) steady?.hold()
    else steady?.release()
    holds.value++
  })

  // Where the person left the list, at the same row if it is still there.
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element || memory === undefined) return
    const left = places.get(memory)
    if (left) {
      const index = rows.indexOf(left.id)
      element.scrollTop = index < 0 ? left.top : index * rowHeight + left.offset
      note(element)
    }
    return () => {
      if (anchor.current) places.set(memory, { ...anchor.current, top: top.peek() })
    }
  }, [])

  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight
    })
    observer.observe(element)
    element.addEventListener('click', openRow)
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
    if (pendingFocus.current !== undefined && focus(pendingFocus.current)) pendingFocus.current = undefined
    // The row with the focus was scrolled away, or has left the list: the next Tab must not begin at the top of the page.
    if (document.activeElement !== document.body || !(focused.current instanceof Element)) return
    if (!focused.current.isConnected) element.focus({ preventScroll: true })
  })

  /** @returns whether the row is rendered */
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
    const element = scroller.current
    const here = document.activeElement?.closest('[role=row]')
    if (!element || !here || event.ctrlKey || event.metaKey || event.altKey) return
    const from = pendingFocus.current ?? Number(here.getAttribute('aria-rowindex'))
    const page = Math.max(1, Math.floor(element.clientHeight / rowHeight) - 1)
    const to = rowAfter(event.key, from - 1, page, rows.length)
    if (to === undefined) return
    event.preventDefault()
    const at = to + 1 // the first is that of the header
    pendingFocus.current = focus(at) ? undefined : at
    const y = (at - 2) * rowHeight
    if (y < element.scrollTop) element.scrollTop = y
    else if (y + rowHeight > element.scrollTop + element.clientHeight - rowHeight)
      element.scrollTop = y + 2 * rowHeight - element.clientHeight
    note(element)
  }

  return (
    <div
      class={`table ${size}`}
      ref={table}
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
        onFocusIn={({ target }) => (focused.current = target ?? undefined)}
      >
        <div class="rows" role="presentation" style={{ height: `${rows.length * rowHeight}px` }}>
          {visible}
        </div>
        {rows.length === 0 && footer ? (
          // A group must have rows.
          <div role="row" aria-rowindex={2}>
            <div role="cell">{footer}</div>
          </div>
        ) : (
          footer
        )}
      </div>
    </div>
  )
}
