import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { OrderView } from '../../../contract/order'
import { explain } from '../../api/failures'
import { t } from '../../languages/order'
import { t as shared } from '../../languages/shared'
import { useAction } from '../../parts/action'
import { DialogActions } from '../../parts/dialog-actions'
import { Progress } from '../../parts/progress'
import { NoteChanged, saveNote } from './save-note'

const MAX_LENGTH = 500

interface NoteProps {
  order: OrderView
  onChanged: (order: OrderView) => void
}

/** The note of an order, editable in place. */
export function Note({ order, onChanged }: NoteProps) {
  const editing = useSignal(false)
  const button = useRef<HTMLButtonElement>(null)
  const wasEditing = useRef(false)
  useLayoutEffect(() => {
    if (wasEditing.current && !editing.value) button.current?.focus()
    wasEditing.current = editing.value
  }, [editing.value])
  if (editing.value)
    return <NoteForm order={order} onChanged={onChanged} onClose={() => (editing.value = false)} />
  return (
    <section class="history">
      <h3>{t.note}</h3>
      {order.note !== null && (
        <p class="note" dir="auto">
          {order.note}
        </p>
      )}
      <button class="button small" type="button" ref={button} onClick={() => (editing.value = true)}>
        {order.note === null ? t.addANote : t.editTheNote}
      </button>
    </section>
  )
}

function NoteForm({ order, onChanged, onClose }: NoteProps & { onClose: () => void }) {
  const seen = useSignal(order.note ?? '')
  const text = useSignal(order.note ?? '')
  const field = useRef<HTMLTextAreaElement>(null)
  const action = useAction()
  useLayoutEffect(() => field.current?.focus(), [])
  const save = async (event: Event) => {
    event.preventDefault()
    const saved = await action.run(async (retryOptions) =>
      onChanged(await saveNote(order.id, seen.value, text.value.trim(), retryOptions)),
    )
    if (saved) return onClose()
    // Saving again then replaces the note that the person has seen by now.
    const failure = action.failure.peek()
    if (failure instanceof NoteChanged) seen.value = failure.current
  }
  const messageFor = (error: unknown) =>
    error instanceof NoteChanged ? t.saveAgainToReplace(error.message) : explain(error)
  return (
    <form class="form" onSubmit={save}>
      <label class="field">
        <span>{t.note}</span>
        <textarea
          ref={field}
          rows={3}
          maxLength={MAX_LENGTH}
          dir="auto"
          value={text}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <small>{t.theCustomerSeesIt}</small>
      </label>
      <Progress action={action} messageFor={messageFor} />
      <DialogActions busy={action.busy} label={t.saveTheNote} busyLabel={shared.saving} onCancel={onClose} />
    </form>
  )
}
