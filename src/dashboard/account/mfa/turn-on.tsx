import { useSignal } from '@preact/signals'
import { call } from '../../api/call'
import { t } from '../../languages/factors'
import { useAction } from '../../parts/action'
import { Progress } from '../../parts/progress'
import { renewSession } from '../../session/session'
import { PasswordField } from '../password-field'
import { ConfirmCode, type TotpSecret } from './confirm-code'
import { explainMfa } from './explain-mfa'
import { RecoveryCodes } from './recovery-codes'

/**
 * Turns codes of an authenticator app on: the password, then the secret and a code of it, then the recovery codes.
 * @param onShown called when the recovery codes are shown, which must not be lost
 * @param onDone called after the session has been renewed, so that its token mentions the second factor
 */
export function TurnOn({ onShown, onDone }: { onShown?: () => void; onDone: () => void }) {
  const password = useSignal('')
  const totp = useSignal<TotpSecret | undefined>(undefined)
  const codes = useSignal<string[] | undefined>(undefined)
  const [action, leaving] = [useAction(), useAction()]
  const { busy, failure, run } = action

  const start = (event: Event) => {
    event.preventDefault()
    void run(async (retryOptions) => {
      const options = { body: { password: password.value }, ...retryOptions }
      totp.value = (await call<TotpSecret>('POST', '/auth/mfa/totp', options)).body
      password.value = ''
    })
  }
  const show = (made: string[]) => {
    codes.value = made
    onShown?.()
  }
  const leave = async () => {
    if (await leaving.run(renewSession)) onDone()
  }
  if (codes.value) return <RecoveryCodes codes={codes.value} onKept={() => void leave()} />
  if (totp.value) return <ConfirmCode totp={totp.value} onConfirmed={show} />
  return (
    <form class="form" onSubmit={start} noValidate>
      <p>{t.anAuthenticatorAppOn}</p>
      <Progress action={action} messageFor={explainMfa} />
      <PasswordField value={password} failure={failure} focused />
      <footer class="actions">
        <button class="button primary" type="submit" aria-disabled={busy.value}>
          {busy.value ? t.continuing : t.continue}
        </button>
      </footer>
    </form>
  )
}
