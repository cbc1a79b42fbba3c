import { type ComponentChildren, createContext } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../languages/shared'
import { keepFocus } from './keep-focus'
import { Notice } from './notice'
import { useTypedGuard } from './typed'

interface DialogProps {
  title: string
  place?: 'side' | 'middle'
  /** Undefined if the dialog must be answered. */
  onClose?: () => void
  children: ComponentChildren
}

/** Leaves a form within a dialog by `then`, after asking where typed text would be lost. */
export const Leave = createContext((then: () => void): void => then())

const withAncestors = (element: Element | null): Element[] =>
  element ? [element, ...withAncestors(element.parentElement)] : []

/** Focuses the first of `elements` that is still there; the list of the view if none is, as after a deep link. */
function focusFirst(elements: Element[]): void {
  const list = document.querySelector('main .scroller')
  for (const element of [...elements, list]) {
    if (!(element instanceof HTMLElement) || !element.isConnected || element === document.body) continue
    element.focus({ preventScroll: true })
    if (document.activeElement === element) return
  }
}

/** Modal dialog: traps the focus and restores it on close; Escape closes, and keeps typed text until it is discarded. */
export function Dialog({ title, place = 'middle', onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const heading = useId()
  const { ask, leave, discard } = useTypedGuard(element, onClose)

  useLayoutEffect(() => {
    const dialog = element.current
    const openers = withAncestors(document.activeElement)
    dialog?.showModal()
    const stopKeeping = dialog ? keepFocus(dialog) : undefined
    return () => {
      stopKeeping?.()
      dialog?.close()
      // close() restores the focus itself, but not if the dialog is already detached.
      queueMicrotask(() => {
        focusFirst(openers)
      })
    }
  }, [])

  const close = () => leave(onClose)
  const cancel = (event: Event) => {
    // That of a file input, whose chooser was closed without a choice, bubbles.
    if (event.target !== event.currentTarget) return
    event.preventDefault()
    close()
  }
  /** Browsers close a dialog whose `cancel` is prevented twice in a row. */
  const closed = () => {
    if (!element.current) return
    element.current.showModal()
    close()
  }
  const clickOutside = (event: MouseEvent) => {
    if (place === 'side' && event.target === element.current) close()
  }

  return (
    <dialog
      ref={element}
      class={`dialog ${place}`}
      aria-labelledby={heading}
      onCancel={cancel}
      onClose={closed}
      onMouseDown={clickOutside}
    >
      <div class="sheet">
        <header>
          <h2 id={heading}>{title}</h2>
          {onClose && (
            <button class="button bare" type="button" aria-label={t.close} onClick={close}>
              <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
                <path d="m5 5 10 10M15 5 5 15" />
              </svg>
            </button>
          )}
        </header>
        {ask.value && (
          <Notice tone="wait">
            <p>{t.leaveWithoutWhatYou}</p>
            <p class="choices">
              <button class="button small" type="button" autofocus onClick={() => (ask.value = false)}>
                {t.goOnTyping}
              </button>
              <button class="button small" type="button" onClick={discard}>
                {t.discardIt}
              </button>
            </p>
          </Notice>
        )}
        <Leave.Provider value={leave}>{children}</Leave.Provider>
      </div>
    </dialog>
  )
}
