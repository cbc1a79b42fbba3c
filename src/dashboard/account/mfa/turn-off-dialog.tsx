import { useSignal } from '@preact/signals'
import { call } from '../../api/call'
import { Refused } from '../../api/failures'
import { useAction } from '../../parts/action'
import { Dialog } from '../../parts/dialog'
import { Progress } from '../../parts/progress'
import { TextField } from '../../parts/text-field'
import { renewSession } from '../../session/session'
import { explainMfa, isWrongCode, isWrongPassword } from './explain-mfa'

/** Turns codes of an authenticator app off, with the password and a last code. */
export function TurnOffDialog({ onClose }: { onClose: () => void }) {
  const [password, code] = [useSignal(''), useSignal('')]
  const action = useAction()
  const { busy, failure, run } = action

  const messageFor = (error: unknown) =>
    error instanceof Refused && error.status === 404 ? 'Codes of an app are not on.' : explainMfa(error)
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
    <Dialog title="Turn codes off" onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        <Progress action={action} messageFor={messageFor} />
        <TextField
          label="Your password"
          type="password"
          autocomplete="current-password"
          value={password}
          focused
          fault={isWrongPassword(failure.value) ? 'is wrong' : undefined}
        />
        <TextField
          label="Code"
          value={code}
          autocomplete="one-time-code"
          maxLength={64}
          fault={isWrongCode(failure.value) ? 'is wrong, or was used already' : undefined}
          hint="Six digits of the app, or a recovery code."
        />
        <footer class="actions">
          <button class="button danger" type="submit" aria-disabled={busy.value}>
            {busy.value ? 'Turning off…' : 'Turn off'}
          </button>
          <button class="button" type="button" onClick={onClose}>
            Keep them on
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
