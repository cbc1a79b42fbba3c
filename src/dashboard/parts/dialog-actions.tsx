import type { Signal } from '@preact/signals'
import { t } from '../languages/shared'
import { LeaveButton } from './leave-button'

interface DialogActionsProps {
  /** Whether the form is being submitted. */
  busy: Signal<boolean>
  label: string
  /** The label while `busy`. */
  busyLabel: string
  tone?: 'primary' | 'danger'
  cancelLabel?: string
  onCancel: () => void
}

/** The two buttons at the end of a dialog's form: one submits it, the other leaves. */
export const DialogActions = (props: DialogActionsProps) => {
  const { busy, label, busyLabel, tone = 'primary', cancelLabel = t.cancel, onCancel } = props
  return (
    <footer class="actions">
      <button class={`button ${tone}`} type="submit" aria-disabled={busy.value}>
        {busy.value ? busyLabel : label}
      </button>
      <LeaveButton onLeave={onCancel}>{cancelLabel}</LeaveButton>
    </footer>
  )
}
