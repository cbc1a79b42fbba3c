import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { CodeForm } from './code-form'
import { PasswordForm } from './password-form'

interface SignInFormProps {
  email?: string
  /** Shown below the first step. */
  children?: ComponentChildren
}

/** Sign-in form, with its second step for accounts that have one. */
export function SignInForm({ email: known = '', children }: SignInFormProps) {
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
    <>
      <PasswordForm
        email={email}
        isKnown={Boolean(known)}
        reason={reason.value}
        onSecondStep={(token) => (mfaToken.value = token)}
      />
      {children}
    </>
  )
}
