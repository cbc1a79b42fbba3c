import { useSignal } from '@preact/signals'
import { CodeForm } from './code-form'
import { PasswordForm } from './password-form'

/** Sign-in form, with its second step for accounts that have one. */
export function SignInForm({ email: known = '' }: { email?: string }) {
  const email = useSignal(known)
  const mfaToken = useSignal<string | undefined>(undefined)
  const reason = useSignal<string | undefined>(undefined)

  if (mfaToken.value)
    return (
      <CodeForm
        mfaToken={mfaToken.value}
        onAgain={(why) => {
          reason.value = why
          mfaToken.value = undefined
        }}
      />
    )
  return (
    <PasswordForm
      email={email}
      isKnown={Boolean(known)}
      reason={reason.value}
      onSecondStep={(token) => (mfaToken.value = token)}
    />
  )
}
