import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { go, holdAddress } from '../routing'

/** What a browser has filled in, it can fill in again. `:is` ignores a name that it does not know. */
const TEXTS =
  ':is(input:not([type=checkbox], [type=radio], [type=search], [type=hidden]), textarea):not(:is(:autofill, :-webkit-autofill))'

interface TypedGuard {
  /** Whether the question is shown. */
  ask: Signal<boolean>
  /** Calls `then`, unless it has to ask. */
  leave(then: (() => void) | undefined): void
  /** Calls what was asked about: the text may go. */
  discard(): void
}

/**
 * Guards the texts typed into `place`: leaving asks first while one of them would be lost, and so does the browser's Back.
 * @param onClose closes `place`, which stands in the way of `address`; undefined if it must be answered
 */
export function useTypedGuard(
  place: RefObject<HTMLElement | null>,
  onClose: ((address: string) => void) | undefined,
): TypedGuard {
  const ask = useSignal(false)
  const typed = useRef(false)
  const wanted = useRef<(() => void) | undefined>(undefined)
  const latest = useRef(onClose)
  latest.current = onClose
  /** Whether the text of a field would be lost: a dialog within has a guard of its own. */
  const wouldLose = (field: HTMLInputElement) =>
    field.value !== '' &&
    field.value !== field.dataset.saved &&
    field.closest('dialog') === place.current?.closest('dialog')
  const isTyped = () =>
    typed.current && [...(place.current?.querySelectorAll<HTMLInputElement>(TEXTS) ?? [])].some(wouldLose)
  const leave = (then: (() => void) | undefined) => {
    wanted.current = then
    if (isTyped()) ask.value = true
    else then?.()
  }
  const discard = () => {
    typed.current = false
    ask.value = false
    wanted.current?.()
  }
  useEffect(() => {
    const note = () => {
      typed.current = true
    }
    // Browsers then ask by themselves before a reload, and before the page is closed.
    const warn = (event: BeforeUnloadEvent) => isTyped() && event.preventDefault()
    const follow = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null
      if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !isTyped())
        return
      event.preventDefault()
      leave(() => go(link.getAttribute('href') ?? ''))
    }
    const element = place.current
    element?.addEventListener('input', note)
    element?.addEventListener('click', follow)
    addEventListener('beforeunload', warn)
    const stopHolding = holdAddress((address) => {
      const isHeld = latest.current !== undefined && isTyped()
      if (isHeld) leave(() => latest.current?.(address))
      return isHeld
    })
    return () => {
      element?.removeEventListener('input', note)
      element?.removeEventListener('click', follow)
      removeEventListener('beforeunload', warn)
      stopHolding()
    }
  }, [])
  return { ask, leave, discard }
}
