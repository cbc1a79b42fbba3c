import { useSignal } from '@preact/signals'
import { explain, fieldFaults, Refused } from '../api/failures'
import { t } from '../languages/links'
import { useAction } from '../parts/action'
import { Progress } from '../parts/progress'
import { continueToPassword, dropToken } from '../routing'
import { renewSession, session } from '../session/session'
import { DeadLink, LinkCard, type PublicPageProps } from './link-card'
import { send } from './send'

const isDead = (error: unknown) =>
  error instanceof Refused && (error.code === 'invalid-token' || 'token' in fieldFaults(error))

/**
 * Confirms an email address with the token of a mailed link, for customers too. It waits for a click, since programs
 * that check mails for dangerous links open them.
 */
export function VerifyPage({ token }: PublicPageProps) {
  const isDone = useSignal(false)
  const action = useAction()
  const { busy, failure, run } = action

  const confirm = async () => {
    let needsPassword = false
    const isConfirmed = await run(async (retryOptions) => {
      const { headers } = await send('/auth/email/verify', { token }, retryOptions)
      needsPassword = headers.has('password-required')
    })
    if (!isConfirmed) return
    if (needsPassword) return continueToPassword(token)
    isDone.value = true
    dropToken()
    // The access token tells whether the address is confirmed.
    if ('user' in session.value) void renewSession().catch(() => undefined)
  }
  if (isDone.value)
    return (
      <LinkCard title={t.yourEmailAddressIs2}>
        <p role="status">{t.thankYouYouCan}</p>
        <a class="button wide" href="#/">
          {t.toTheDashboardFor}
        </a>
      </LinkCard>
    )
  if (!token || isDead(failure.value))
    return (
      <DeadLink>
        <p>{t.signInWhereYou}</p>
      </DeadLink>
    )
  return (
    <LinkCard title={t.confirmYourEmailAddress}>
      <p>{t.itIsTheAddress}</p>
      <p class="quiet">{t.forANewAccount}</p>
      <Progress action={action} messageFor={explain} />
      <button
        class="button primary wide"
        type="button"
        autofocus
        aria-disabled={busy.value}
        onClick={() => void confirm()}
      >
        {busy.value ? t.confirming : t.confirm}
      </button>
    </LinkCard>
  )
}
