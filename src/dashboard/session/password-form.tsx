import { type Signal, useSignal } from '@preact/signals'
import { Refused } from '../api/failures'
import { t } from '../languages/session'
import { t as shared } from '../languages/shared'
import { Notice } from '../parts/notice'
import { type SecondStep, secondStepOf } from './second-step'
import { signIn } from './session'
import { explainSignIn } from './sign-in-failure'

interface PasswordFormProps {
  email: Signal<string>
  /** Whether the email is known already, and only the password is left to type. */
  isKnown: boolean
  /** Why the form is shown again. */
  reason: string | undefined
  /** Called if a second step follows. */
  onSecondStep: (step: SecondStep) => void
}

/** The first step of a sign-in. Keeps its input when the sign-in fails. */
export function PasswordForm({ email, isKnown, reason, onSecondStep }: PasswordFormProps) {
  const password = useSignal('')
  const failure = useSignal(reason)
  const busy = useSignal(false)

  const submit = async (event: Event) => {
    event.preventDefault()
    if (busy.value) return
    busy.value = true
    failure.value = undefined
    try {
      await signIn(email.value, password.value)
    } catch (error) {
      busy.value = false
      if (error instanceof Refused && error.code === 'mfa-required')
        return onSecondStep(secondStepOf(error.problem))
      failure.value = explainSignIn(error)
    }
  }

  return (
    <form class="form" onSubmit={submit}>
      {failure.value && <Notice tone="bad">{failure.value}</Notice>}
      <label class="field">
        <span>{shared.email}</span>
        <input
          type="email"
          name="email"
          autocomplete="username"
          required
          autofocus={!isKnown}
          value={email}
          onInput={(event) => (email.value = event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{t.password}</span>
        <input
          type="password"
          name="password"
          autocomplete="current-password"
          required
          autofocus={isKnown}
          value={password}
          onInput={(event) => (password.value = event.currentTarget.value)}
        />
      </label>
      <button class="button primary wide" type="submit" aria-disabled={busy.value}>
        {busy.value ? t.signingIn : t.signIn}
      </button>
    </form>
  )
}
