import { useSignal } from '@preact/signals'
import { call } from '../api/call'
import { t } from '../languages/account'
import { useAction } from '../parts/action'
import { Notice } from '../parts/notice'
import { Progress } from '../parts/progress'

/** Shows an unconfirmed address, and requests its link again. */
export function Unverified() {
  const isSent = useSignal(false)
  const action = useAction()
  const { busy, run } = action
  const send = async () => {
    isSent.value = await run((retryOptions) => call('POST', '/auth/email/verify/resend', retryOptions))
  }
  return (
    <>
      <Progress action={action} />
      {isSent.value ? (
        <Notice tone="good">{t.aNewLinkIs}</Notice>
      ) : (
        <p>
          {t.thisAddressIsNot}{' '}
          <button class="button small" type="button" aria-disabled={busy.value} onClick={() => void send()}>
            {t.sendTheLinkAgain}
          </button>
        </p>
      )}
    </>
  )
}
