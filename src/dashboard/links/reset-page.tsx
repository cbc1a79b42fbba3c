import { useSignal } from '@preact/signals'
import { explain, fieldFaults, isInDoubt, Refused } from '../api/failures'
import { t } from '../languages/links'
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
    if (isInDoubt(error)) return t.whetherThePasswordWas(explain(error))
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
      <LinkCard title={t.yourPasswordIsSet}>
        <p role="status">{t.youAreSignedOut}</p>
        <a class="button wide" href="#/">
          {t.toTheDashboardFor}
        </a>
      </LinkCard>
    )
  if (!token || isDead(failure.value))
    return (
      <DeadLink>
        <a class="button primary wide" href="#/forgot">
          {t.requestANewLink}
        </a>
      </DeadLink>
    )
  return (
    <LinkCard title={t.setANewPassword}>
      {isConfirmed && <p role="status">{t.yourEmailAddressIs}</p>}
      <form class="form" onSubmit={submit} noValidate>
        <Progress action={action} messageFor={messageFor} />
        <TextField
          label={t.newPassword}
          type="password"
          autocomplete="new-password"
          value={password}
          fault={faults.password}
          focused
          hint={t.n8To128Characters}
        />
        <button class="button primary wide" type="submit" aria-disabled={busy.value}>
          {busy.value ? t.setting : t.setPassword}
        </button>
      </form>
    </LinkCard>
  )
}
