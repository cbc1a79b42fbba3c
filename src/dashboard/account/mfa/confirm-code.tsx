import { useSignal } from '@preact/signals'
import { call } from '../../api/call'
import { t } from '../../languages/factors'
import { useAction } from '../../parts/action'
import { Progress } from '../../parts/progress'
import { TextField } from '../../parts/text-field'
import { explainMfa, isWrongCode } from './explain-mfa'
import { QrCode } from './qr-code'

/** The input of an authenticator app. */
export interface TotpSecret {
  /** In base32. */
  secret: string
  uri: string
}

interface ConfirmCodeProps {
  totp: TotpSecret
  onConfirmed: (recoveryCodes: string[]) => void
}

/** Shows a secret as a QR code and as text, and confirms it with a code of the app. */
export function ConfirmCode({ totp, onConfirmed }: ConfirmCodeProps) {
  const code = useSignal('')
  const action = useAction()
  const { busy, failure, run } = action

  const submit = (event: Event) => {
    event.preventDefault()
    void run(async (retryOptions) => {
      const options = { body: { code: code.value.replace(/\s/g, '') }, ...retryOptions }
      const { body } = await call<{ recoveryCodes: string[] }>('POST', '/auth/mfa/totp/confirm', options)
      onConfirmed(body.recoveryCodes)
    })
  }
  return (
    <form class="form" onSubmit={submit} noValidate>
      <p>{t.scanThisWithThe}</p>
      <QrCode text={totp.uri} label={t.qrCodeOfThe} />
      <code class="secret">{totp.secret}</code>
      <Progress action={action} messageFor={explainMfa} />
      <TextField
        label={t.codeOfTheApp}
        value={code}
        autocomplete="one-time-code"
        inputMode="numeric"
        maxLength={12}
        focused
        fault={isWrongCode(failure.value) ? t.isWrongItChanges : undefined}
      />
      <footer class="actions">
        <button class="button primary" type="submit" aria-disabled={busy.value}>
          {busy.value ? t.turningOn : t.turnOn}
        </button>
      </footer>
    </form>
  )
}
