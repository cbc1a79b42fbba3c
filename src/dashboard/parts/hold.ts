import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

// Long enough to reach a button that shows the waiting rows.
const RELEASE_MS = 1_000
// A tap follows the touch.
const FINGER_MS = 2_000

/** Calls `onHold` with true while the pointer, the keyboard focus or a finger is in `place`, and with false afterwards. */
export function useHold(
  place: RefObject<HTMLElement | null>,
  onHold: ((held: boolean) => void) | undefined,
): void {
  const latest = useRef(onHold)
  latest.current = onHold
  useEffect(() => {
    const element = place.current
    if (!element) return
    /** What holds the rows, with the timer that ends it. */
    const reasons = new Map<string, ReturnType<typeof setTimeout> | undefined>()
    let at = ''
    const begin = (reason: string) => {
      clearTimeout(reasons.get(reason))
      if (reasons.size === 0) latest.current?.(true)
      reasons.set(reason, undefined)
    }
    const end = (reason: string, ms = RELEASE_MS) => {
      if (!reasons.has(reason)) return
      clearTimeout(reasons.get(reason))
      const release = () => {
        reasons.delete(reason)
        if (reasons.size === 0) latest.current?.(false)
      }
      reasons.set(reason, setTimeout(release, ms))
    }
    const listen = (type: string, listener: (event: never) => void) =>
      element.addEventListener(type, listener as EventListener, { passive: true })
    listen('pointermove', ({ pointerType, screenX, screenY }: PointerEvent) => {
      const now = `${screenX} ${screenY}`
      // Browsers also report a pointer at rest when the page moves under it.
      if (pointerType !== 'touch' && at !== '' && at !== now) begin('pointer')
      at = now
    })
    listen('pointerleave', () => end('pointer'))
    listen('pointerdown', () => begin('finger'))
    for (const type of ['pointerup', 'pointercancel']) listen(type, () => end('finger', FINGER_MS))
    // Not by the focus alone, which a closed dialog gives back after a click. A Tab into the list is released in it.
    listen('keyup', ({ key }: KeyboardEvent) => key !== 'Escape' && begin('focus'))
    listen('focusout', () => end('focus'))
    return () => {
      for (const timer of reasons.values()) clearTimeout(timer)
      if (reasons.size > 0) latest.current?.(false)
    }
  }, [])
}
