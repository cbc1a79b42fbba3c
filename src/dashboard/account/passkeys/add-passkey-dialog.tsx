import { useSignal } from '@preact/signals'
import { type PublicKeyCredentialCreationOptionsJSON, startRegistration } from '@simplewebauthn/browser'
import type { NewPasskeyView } from '../../../contract/passkey'
import { call } from '../../api/call'
import { useAction } from '../../parts/action'
import { Dialog } from '../../parts/dialog'
import { DialogActions } from '../../parts/dialog-actions'
import { Progress } from '../../parts/progress'
import { TextField } from '../../parts/text-field'
import { renewSession } from '../../session/session'
import { explainMfa } from '../mfa/explain-mfa'
import { RecoveryCodes } from '../mfa/recovery-codes'
import { PasswordField } from '../password-field'

function messageFor(error: unknown): string | undefined {
  const name = error instanceof Error ? error.name : ''
  if (name === 'InvalidStateError') return 'This device has a passkey of your account already.'
  if (name === 'NotAllowedError' || name === 'AbortError') return 'No passkey was made.'
  if (name === 'SecurityError')
    return 'Browsers bind passkeys to a name: open the page by its name, not by an IP address.'
  return explainMfa(error)
}

/** Adds a passkey, after the password. The first second factor comes with recovery codes. */
export function AddPasskeyDialog({ onClose }: { onClose: () => void }) {
  const [name, password] = [useSignal(''), useSignal('')]
  const codes = useSignal<string[] | undefined>(undefined)
  const action = useAction()
  const { busy, failure, run } = action

  const submit = async (event: Event) => {
    event.preventDefault()
    const isDone = await run(async (retryOptions) => {
      const { body: optionsJSON } = await call<PublicKeyCredentialCreationOptionsJSON>(
        'POST',
        '/auth/passkeys/options',
        { body: { password: password.value }, ...retryOptions },
      )
      const credential = await startRegistration({ optionsJSON })
      const body = { ...credential, ...(name.value.trim() && { name: name.value.trim() }) }
      const made = await call<NewPasskeyView>('POST', '/auth/passkeys', { body, ...retryOptions })
      codes.value = made.body.recoveryCodes
      // The access token tells of the second factor.
      await renewSession()
    })
    if (isDone && !codes.value) onClose()
  }
  if (codes.value)
    return (
      <Dialog title="Passkey added">
        <RecoveryCodes codes={codes.value} onKept={onClose} />
      </Dialog>
    )
  return (
    <Dialog title="Add passkey" onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        <Progress action={action} messageFor={messageFor} />
        <TextField
          label="Name"
          value={name}
          maxLength={100}
          hint="By which you tell it from others, such as Phone."
        />
        <PasswordField value={password} failure={failure} />
        <DialogActions busy={busy} label="Add passkey" busyLabel="Adding…" onCancel={onClose} />
      </form>
    </Dialog>
  )
}
