import type { ComponentChildren } from 'preact'
import { useContext } from 'preact/hooks'
import { Leave } from './dialog'

/** A button that leaves a form, or the dialog around it, by `onLeave`: typed text is not lost unasked. */
export function LeaveButton({ onLeave, children }: { onLeave: () => void; children: ComponentChildren }) {
  const leave = useContext(Leave)
  return (
    <button class="button" type="button" onClick={() => leave(onLeave)}>
      {children}
    </button>
  )
}
