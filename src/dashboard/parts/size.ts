import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

/** Layout of a list: all columns, tight columns, or rows of several lines. */
export type Size = 'wide' | 'medium' | 'narrow'

/** The least widths in CSS pixels. Those of the columns in tables.css fit into them. */
const WIDE = 980
const MEDIUM = 810

const sizeOf = (width: number): Size => (width >= WIDE ? 'wide' : width >= MEDIUM ? 'medium' : 'narrow')

/** Measures `place` itself, whatever is beside it in the window and however far the page is zoomed. */
export function useSize(place: RefObject<HTMLElement | null>): Size {
  const size = useSignal<Size>('wide')
  useLayoutEffect(() => {
    const element = place.current
    if (!element) return
    const measure = () => {
      size.value = sizeOf(element.clientWidth)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return size.value
}
