import { useSignal } from '@preact/signals'
import { explain, Refused } from '../api/failures'
import { useAction } from '../parts/action'
import { Progress } from '../parts/progress'
import { TextField } from '../parts/text-field'
import { LinkCard } from './link-card'
import { send } from './send'

function messageFor(error: unknown): string {
  if (error instanceof Refused && error.code === 'mail-unavailable')
    return 'This shop sends no mail. Ask an admin, who can set a new password.'
  if (error instanceof Refused && error.status === 400) return 'This is not an email address.'
  return explain(error)
}

/** Requests a link to set a new password, without telling whether the address has an account. */
export function ForgotPage() {
  const email = useSignal('')
  const isSent = useSignal(false)
  const action = useAction()
  const { busy, run } = action

  const submit = async (event: Event) => {
    event.preventDefault()
    isSent.value = await run((retryOptions) =>
      send('/auth/password/forgot', { email: email.value.trim() }, retryOptions),
    )
  }
  if (isSent.value)
    return (
      <LinkCard title="Look at your mail">
        <p role="status">
          If an account has the address <strong>{email}</strong>, a link that sets a new password is on its
          way. It is valid for 30 minutes.
        </p>
        <a class="button wide" href="#/">
          Back to the sign-in
        </a>
      </LinkCard>
    )
  return (
    <LinkCard title="Forgot your password?">
      <p class="quiet">A link that sets a new one comes by mail.</p>
      <form class="form" onSubmit={submit}>
        <Progress action={action} messageFor={messageFor} />
        <TextField label="Email" type="email" autocomplete="username" value={email} required focused />
        <button class="button primary wide" type="submit" aria-disabled={busy.value}>
          {busy.value ? 'Sending…' : 'Send the link'}
        </button>
        <a class="button wide" href="#/">
          Back to the sign-in
        </a>
      </form>
    </LinkCard>
  )
}
