import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

const TEXTS = 'input:not([type=checkbox], [type=radio], [type=search]), textarea'

/**
 * Guards the texts typed into `place`: leaving asks first while one of them would be lost.
 * @returns `ask`, whether the question is shown, and `leave`, which calls `onClose` unless it has to ask
 */
export function useTypedGuard(
  place: RefObject<HTMLElement | null>,
  onClose: (() => void) | undefined,
): { ask: Signal<boolean>; leave: () => void } {
  const ask = useSignal(false)
  const typed = useRef(false)
  const isTyped = () =>
    typed.current &&
    [...(place.current?.querySelectorAll<HTMLInputElement>(TEXTS) ?? [])].some(({ value }) => value !== '')
  useEffect(() => {
    const note = () => {
      typed.current = true
    }
    // Browsers then ask by themselves before a reload, and before the page is closed.
    const warn = (event: BeforeUnloadEvent) => isTyped() && event.preventDefault()
    const element = place.current
    element?.addEventListener('input', note)
    addEventListener('beforeunload', warn)
    return () => {
      element?.removeEventListener('input', note)
      removeEventListener('beforeunload', warn)
    }
  }, [])
  const leave = () => {
    if (isTyped()) ask.value = true
    else onClose?.()
  }
  return { ask, leave }
}
