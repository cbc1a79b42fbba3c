import { useSignal } from '@preact/signals'
import { Dialog } from '../../parts/dialog'
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
    <Dialog title="Save this view" onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <TextField
          label="Name"
          value={name}
          maxLength={40}
          focused
          fault={isTried.value && !text ? 'must not be empty' : undefined}
          hint={isTaken ? 'It takes the place of the view of this name.' : 'It is kept in this browser.'}
        />
        <footer class="actions">
          <button class="button primary" type="submit">
            Save
          </button>
          <button class="button" type="button" onClick={onClose}>
            Cancel
          </button>
        </footer>
      </form>
    </Dialog>
  )
}

/** Deletes saved views. */
export const DeleteViewsDialog = ({ onClose }: { onClose: () => void }) => (
  <Dialog title="Saved views" onClose={onClose}>
    <ul class="entries">
      {savedViews.value.map(({ name }) => (
        <li key={name}>
          <div>
            <strong dir="auto">{name}</strong>
          </div>
          <button
            class="button small"
            type="button"
            aria-label={`Delete the view ${name}`}
            onClick={() => deleteView(name)}
          >
            Delete
          </button>
        </li>
      ))}
    </ul>
    {savedViews.value.length === 0 && <p class="quiet">There are none.</p>}
    <footer class="actions">
      <button class="button primary" type="button" onClick={onClose}>
        Done
      </button>
    </footer>
  </Dialog>
)
