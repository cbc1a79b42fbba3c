import { useSignal } from '@preact/signals'
import { Refused } from '../api/failures'
import { t } from '../languages/session'
import { Notice } from '../parts/notice'
import { TextField } from '../parts/text-field'
import { PasskeyButton } from './passkey-button'
import type { SecondStep } from './second-step'
import { signInWithCode } from './session'
import { explainSignIn } from './sign-in-failure'

interface CodeFormProps {
  step: SecondStep
  /** Called to begin again, with the reason if the person did not ask for it. */
  onAgain: (reason?: string) => void
}

/** The second step of a sign-in: a code of an authenticator app, a recovery code, or a passkey of a user with one. */
export function CodeForm({ step: { mfaToken, methods }, onAgain }: CodeFormProps) {
  const code = useSignal('')
  const failure = useSignal<string | undefined>(undefined)
  const busy = useSignal(false)

  const submit = async (event: Event) => {
    event.preventDefault()
    if (busy.value) return
    busy.value = true
    failure.value = undefined
    try {
      await signInWithCode(mfaToken, code.value.trim())
    } catch (error) {
      busy.value = false
      if (error instanceof Refused && error.code === 'invalid-token') return onAgain(t.thatTookTooLong)
      failure.value = explainSignIn(error)
    }
  }
  return (
    <form class="form" onSubmit={submit}>
      {failure.value && <Notice tone="bad">{failure.value}</Notice>}
      <TextField
        label={t.code}
        value={code}
        autocomplete="one-time-code"
        maxLength={64}
        focused
        required
        hint={methods.includes('totp') ? t.sixDigitsOfYour : t.oneOfYourRecovery}
      />
      <button class="button primary wide" type="submit" aria-disabled={busy.value}>
        {busy.value ? t.signingIn : t.continue}
      </button>
      {methods.includes('passkey') && <PasskeyButton />}
      <button class="button wide" type="button" onClick={() => onAgain()}>
        {t.back}
      </button>
    </form>
  )
}
