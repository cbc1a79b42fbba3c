import { useSignal } from '@preact/signals'
import { call } from '../../api/call'
import { Refused } from '../../api/failures'
import { t } from '../../languages/factors'
import { useAction } from '../../parts/action'
import { Dialog } from '../../parts/dialog'
import { DialogActions } from '../../parts/dialog-actions'
import { Progress } from '../../parts/progress'
import { PasswordField } from '../password-field'
import { CodeField } from './code-field'
import { explainMfa } from './explain-mfa'
import { RecoveryCodes } from './recovery-codes'

interface NewCodesDialogProps {
  /** Whether codes of an app are on. Users of passkeys alone may have no code. */
  hasApp: boolean
  onClose: () => void
}

const messageFor = (error: unknown) =>
  error instanceof Refused && error.code === 'recent-sign-in-required' ? t.youSignedInMore : explainMfa(error)

/** Replaces the recovery codes, after the password and a code. */
export function NewCodesDialog({ hasApp, onClose }: NewCodesDialogProps) {
  const [password, code] = [useSignal(''), useSignal('')]
  const made = useSignal<string[] | undefined>(undefined)
  const action = useAction()
  const { busy, failure, run } = action

  const submit = (event: Event) => {
    event.preventDefault()
    void run(async (retryOptions) => {
      const typed = code.value.trim()
      const body = { password: password.value, ...(typed && { code: typed }) }
      const answer = await call<{ recoveryCodes: string[] }>('POST', '/auth/mfa/recovery-codes', {
        body,
        ...retryOptions,
      })
      made.value = answer.body.recoveryCodes
    })
  }
  if (made.value)
    return (
      <Dialog title={t.newRecoveryCodes}>
        <RecoveryCodes codes={made.value} notice={t.earlierCodesAreVoid} onKept={onClose} />
      </Dialog>
    )
  return (
    <Dialog title={t.newRecoveryCodes} onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        <p>{t.youGetTenNew}</p>
        <Progress action={action} messageFor={messageFor} />
        <PasswordField value={password} failure={failure} focused />
        <CodeField value={code} failure={failure} {...(!hasApp && { hint: t.aRecoveryCodeUnless })} />
        <DialogActions busy={busy} label={t.makeNewCodes} busyLabel={t.making} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
