import { useSignal } from '@preact/signals'
import { t } from '../../languages/orders-dialogs'
import { t as shared } from '../../languages/shared'
import { Dialog } from '../../parts/dialog'
import { LeaveButton } from '../../parts/leave-button'
import { TextField } from '../../parts/text-field'
import { route } from '../../routing'
import { deleteView, savedViews, saveView } from './saved-views'

/** Names the filters in force. */
export function SaveViewDialog({ onClose }: { onClose: () => void }) {
  const name = useSignal('')
  const isTried = useSignal(false)
  const text = name.value.trim()
  const isTaken = savedViews.value.some((view) => view.name === text)
  const submit = (event: Event) => {
    event.preventDefault()
    isTried.value = true
    if (!text) return
    saveView({ name: text, query: route.value.query.toString() })
    onClose()
  }
  return (
    <Dialog title={t.saveThisView} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <TextField
          label={shared.name}
          value={name}
          maxLength={40}
          focused
          fault={isTried.value && !text ? shared.mustNotBeEmpty : undefined}
          hint={isTaken ? t.itTakesThePlace : t.itIsKeptIn}
        />
        <footer class="actions">
          <button class="button primary" type="submit">
            {shared.save}
          </button>
          <LeaveButton onLeave={onClose}>{shared.cancel}</LeaveButton>
        </footer>
      </form>
    </Dialog>
  )
}

/** Deletes saved views. */
export const DeleteViewsDialog = ({ onClose }: { onClose: () => void }) => (
  <Dialog title={t.savedViews} onClose={onClose}>
    <ul class="entries">
      {savedViews.value.map(({ name }) => (
        <li key={name}>
          <div>
            <strong dir="auto">{name}</strong>
          </div>
          <button
            class="button small"
            type="button"
            aria-label={t.deleteTheView(name)}
            onClick={() => deleteView(name)}
          >
            {t.remove}
          </button>
        </li>
      ))}
    </ul>
    {savedViews.value.length === 0 && <p class="quiet">{t.thereAreNone}</p>}
    <footer class="actions">
      <button class="button primary" type="button" onClick={onClose}>
        {shared.done}
      </button>
    </footer>
  </Dialog>
)
