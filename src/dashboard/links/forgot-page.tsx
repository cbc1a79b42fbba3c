import { useSignal } from '@preact/signals'
import { explain, Refused } from '../api/failures'
import { t } from '../languages/links'
import { t as shared } from '../languages/shared'
import { useAction } from '../parts/action'
import { Progress } from '../parts/progress'
import { TextField } from '../parts/text-field'
import { LinkCard } from './link-card'
import { send } from './send'

function messageFor(error: unknown): string {
  if (error instanceof Refused && error.code === 'mail-unavailable') return t.thisShopSendsNo
  if (error instanceof Refused && error.status === 400) return t.thisIsNotAn
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
      <LinkCard title={t.lookAtYourMail}>
        <p role="status">{t.linkOnItsWay(<strong>{email}</strong>)}</p>
        <a class="button wide" href="#/">
          {t.backToTheSign}
        </a>
      </LinkCard>
    )
  return (
    <LinkCard title={t.forgotYourPassword}>
      <p class="quiet">{t.aLinkThatSets}</p>
      <form class="form" onSubmit={submit}>
        <Progress action={action} messageFor={messageFor} />
        <TextField label={shared.email} type="email" autocomplete="username" value={email} required focused />
        <button class="button primary wide" type="submit" aria-disabled={busy.value}>
          {busy.value ? shared.sending : t.sendTheLink}
        </button>
        <a class="button wide" href="#/">
          {t.backToTheSign}
        </a>
      </form>
    </LinkCard>
  )
}
