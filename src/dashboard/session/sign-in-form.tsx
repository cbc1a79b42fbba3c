import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { CodeForm } from './code-form'
import { PasswordForm } from './password-form'
import type { SecondStep } from './second-step'

interface SignInFormProps {
  email?: string
  /** Shown below the first step. */
  children?: ComponentChildren
}

/** Sign-in form, with its second step where an account has one. */
export function SignInForm({ email: known = '', children }: SignInFormProps) {
  const email = useSignal(known)
  const step = useSignal<SecondStep | undefined>(undefined)
  const reason = useSignal<string | undefined>(undefined)

  if (step.value)
    return (
      <CodeForm
        step={step.value}
        onAgain={(why) => {
          reason.value = why
          step.value = undefined
        }}
      />
    )
  return (
    <>
      <PasswordForm
        email={email}
        isKnown={Boolean(known)}
        reason={reason.value}
        onSecondStep={(next) => (step.value = next)}
      />
      {children}
    </>
  )
}
