import { useSignal } from '@preact/signals'
import type { PasskeyView } from '../../../contract/passkey'
import { call } from '../../api/call'
import { Refused } from '../../api/failures'
import { t } from '../../languages/factors'
import { t as shared } from '../../languages/shared'
import { useAction } from '../../parts/action'
import { Dialog } from '../../parts/dialog'
import { DialogActions } from '../../parts/dialog-actions'
import { Progress } from '../../parts/progress'
import { renewSession } from '../../session/session'
import { explainMfa } from '../mfa/explain-mfa'
import { PasswordField } from '../password-field'

interface RemovePasskeyDialogProps {
  passkey: PasskeyView
  onClose: () => void
}

/** Removes a passkey, after the password. A missing one is a 404. */
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
    <Dialog title={t.remove2(passkey.name)} onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        <p>{t.itSignsInNo}</p>
        <Progress action={action} messageFor={explainMfa} />
        <PasswordField value={password} failure={failure} focused />
        <DialogActions
          busy={busy}
          label={t.removePasskey}
          busyLabel={t.removing}
          tone="danger"
          cancelLabel={shared.keepIt}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}
