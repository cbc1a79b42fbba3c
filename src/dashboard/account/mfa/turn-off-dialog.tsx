import { useSignal } from '@preact/signals'
import { call } from '../../api/call'
import { Refused } from '../../api/failures'
import { t } from '../../languages/factors'
import { useAction } from '../../parts/action'
import { Dialog } from '../../parts/dialog'
import { DialogActions } from '../../parts/dialog-actions'
import { Progress } from '../../parts/progress'
import { renewSession } from '../../session/session'
import { PasswordField } from '../password-field'
import { CodeField } from './code-field'
import { explainMfa } from './explain-mfa'

/** Turns codes of an authenticator app off, with the password and a last code. */
export function TurnOffDialog({ onClose }: { onClose: () => void }) {
  const [password, code] = [useSignal(''), useSignal('')]
  const action = useAction()
  const { busy, failure, run } = action

  const messageFor = (error: unknown) =>
    error instanceof Refused && error.status === 404 ? t.codesOfAnApp : explainMfa(error)
  const submit = async (event: Event) => {
    event.preventDefault()
    const isDone = await run(async (retryOptions) => {
      const body = { password: password.value, code: code.value.trim() }
      await call('DELETE', '/auth/mfa/totp', { body, ...retryOptions })
      await renewSession()
    })
    if (isDone) onClose()
  }
  return (
    <Dialog title={t.turnCodesOff} onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        <Progress action={action} messageFor={messageFor} />
        <PasswordField value={password} failure={failure} focused />
        <CodeField value={code} failure={failure} />
        <DialogActions
          busy={busy}
          label={t.turnOff}
          busyLabel={t.turningOff}
          tone="danger"
          cancelLabel={t.keepThemOn}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}
