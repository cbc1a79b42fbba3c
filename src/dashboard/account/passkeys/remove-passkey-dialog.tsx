import { useSignal } from '@preact/signals'
import type { PasskeyView } from '../../../contract/passkey'
import { call } from '../../api/call'
import { Refused } from '../../api/failures'
import { useAction } from '../../parts/action'
import { Dialog } from '../../parts/dialog'
import { Progress } from '../../parts/progress'
import { TextField } from '../../parts/text-field'
import { renewSession } from '../../session/session'
import { explainMfa, isWrongPassword } from '../mfa/explain-mfa'

interface RemovePasskeyDialogProps {
  passkey: PasskeyView
  onClose: () => void
}

/** Removes a passkey, after the password. One that is gone already is a 404. */
export function RemovePasskeyDialog({ passkey, onClose }: RemovePasskeyDialogProps) {
  const password = useSignal('')
  const action = useAction()
  const { busy, failure, run } = action
  const submit = async (event: Event) => {
    event.preventDefault()
    const isDone = await run(async (retryOptions) => {
      const options = { body: { password: password.value }, ...retryOptions }
      try {
        await call('DELETE', `/auth/passkeys/${passkey.id}`, options)
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 404) throw error
      }
      await renewSession()
    })
    if (isDone) onClose()
  }
  return (
    <Dialog title={`Remove ${passkey.name}`} onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        <p>It signs in no more, and your other sessions end.</p>
        <Progress action={action} messageFor={explainMfa} />
        <TextField
          label="Your password"
          type="password"
          autocomplete="current-password"
          value={password}
          focused
          fault={isWrongPassword(failure.value) ? 'is wrong' : undefined}
        />
        <footer class="actions">
          <button class="button danger" type="submit" aria-disabled={busy.value}>
            {busy.value ? 'Removing…' : 'Remove passkey'}
          </button>
          <button class="button" type="button" onClick={onClose}>
            Keep it
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
