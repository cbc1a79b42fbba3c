import { useSignal } from '@preact/signals'
import { type PublicKeyCredentialCreationOptionsJSON, startRegistration } from '@simplewebauthn/browser'
import type { NewPasskeyView } from '../../../contract/passkey'
import { call } from '../../api/call'
import { t } from '../../languages/factors'
import { t as shared } from '../../languages/shared'
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
  if (name === 'InvalidStateError') return t.thisDeviceHasA
  if (name === 'NotAllowedError' || name === 'AbortError') return t.noPasskeyWasMade
  if (name === 'SecurityError') return t.browsersBindPasskeysTo
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
      // The access token mentions the second factor.
      await renewSession()
    })
    if (isDone && !codes.value) onClose()
  }
  if (codes.value)
    return (
      <Dialog title={t.passkeyAdded}>
        <RecoveryCodes codes={codes.value} onKept={onClose} />
      </Dialog>
    )
  return (
    <Dialog title={t.addPasskey} onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        <Progress action={action} messageFor={messageFor} />
        <TextField label={shared.name} value={name} maxLength={100} hint={t.byWhichYouTell} />
        <PasswordField value={password} failure={failure} />
        <DialogActions busy={busy} label={t.addPasskey} busyLabel={t.adding} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
