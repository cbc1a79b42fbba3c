import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'

interface DialogProps {
  title: string
  place?: 'side' | 'middle'
  /** Undefined if the dialog must be answered. */
  onClose?: () => void
  children: ComponentChildren
}

/** Modal dialog: traps the focus and restores it on close; Escape closes. */
export function Dialog({ title, place = 'middle', onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const heading = useId()

  useLayoutEffect(() => {
    const dialog = element.current
    const opener = document.activeElement
    dialog?.showModal()
    return () => {
      dialog?.close()
      // close() restores the focus itself, but not if the dialog is already detached.
      queueMicrotask(() => {
        if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
      })
    }
  }, [])

  const cancel = (event: Event) => {
    event.preventDefault()
    onClose?.()
  }
  /** Browsers close a dialog whose `cancel` is prevented twice in a row. */
  const closed = () => {
    if (!element.current) return
    if (onClose) onClose()
    else element.current.showModal()
  }
  const clickOutside = (event: MouseEvent) => {
    if (place === 'side' && event.target === element.current) onClose?.()
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
            <button class="button bare" type="button" aria-label="Close" onClick={onClose}>
              <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
                <path d="m5 5 10 10M15 5 5 15" />
              </svg>
            </button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  )
}
