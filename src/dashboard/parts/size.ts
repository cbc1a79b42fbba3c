import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

/** Layout of a list: all columns, tight columns, or rows of several lines. */
export type Size = 'wide' | 'medium' | 'narrow'

/** The least widths of a layout, in CSS pixels. */
export interface Widths {
  wide: number
  medium: number
}

/** Those of the columns in the stylesheets fit into them. */
const USUAL: Widths = { wide: 980, medium: 810 }

const sizeOf = (width: number, { wide, medium }: Widths): Size =>
  width >= wide ? 'wide' : width >= medium ? 'medium' : 'narrow'

/** Measures `place` itself, whatever is beside it in the window and however far the page is zoomed. */
export function useSize(place: RefObject<HTMLElement | null>, widths = USUAL): Size {
  const size = useSignal<Size>('wide')
  useLayoutEffect(() => {
    const element = place.current
    if (!element) return
    const measure = () => {
      size.value = sizeOf(element.clientWidth, widths)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return size.value
}
