import { useSignal } from '@preact/signals'
import { explain, fieldFaults, isInDoubt, Refused } from '../api/failures'
import { useAction } from '../parts/action'
import { Progress } from '../parts/progress'
import { TextField } from '../parts/text-field'
import { dropToken } from '../routing'
import { DeadLink, LinkCard, type PublicPageProps } from './link-card'
import { send } from './send'

const isDead = (error: unknown) =>
  error instanceof Refused && (error.code === 'invalid-token' || 'token' in fieldFaults(error))

/** Sets a new password with the token of a mailed link, for customers too. */
export function ResetPage({ token, isConfirmed }: PublicPageProps) {
  const password = useSignal('')
  const isDone = useSignal(false)
  const action = useAction()
  const { busy, failure, run } = action
  const faults = fieldFaults(failure.value)

  const messageFor = (error: unknown) => {
    if (faults.password) return undefined
    if (isInDoubt(error))
      return `${explain(error)} Whether the password was set is not known: try to sign in with it.`
    return explain(error)
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    const isSet = await run((retryOptions) =>
      send('/auth/password/reset', { token, password: password.value }, retryOptions),
    )
    if (!isSet) return
    isDone.value = true
    dropToken()
  }
  if (isDone.value)
    return (
      <LinkCard title="Your password is set">
        <p role="status">
          You are signed out everywhere. Sign in with the new password where you use your account.
        </p>
        <a class="button wide" href="#/">
          To the dashboard, for admins and staff
        </a>
      </LinkCard>
    )
  if (!token || isDead(failure.value))
    return (
      <DeadLink>
        <a class="button primary wide" href="#/forgot">
          Request a new link
        </a>
      </DeadLink>
    )
  return (
    <LinkCard title="Set a new password">
      {isConfirmed && (
        <p role="status">
          Your email address is confirmed. You were not signed in here, so the password and everything else
          from before no longer signs anybody in. Set your password now.
        </p>
      )}
      <form class="form" onSubmit={submit} noValidate>
        <Progress action={action} messageFor={messageFor} />
        <TextField
          label="New password"
          type="password"
          autocomplete="new-password"
          value={password}
          fault={faults.password}
          focused
          hint="8 to 128 characters. Several words that only you would put together are best."
        />
        <button class="button primary wide" type="submit" aria-disabled={busy.value}>
          {busy.value ? 'Setting…' : 'Set password'}
        </button>
      </form>
    </LinkCard>
  )
}
