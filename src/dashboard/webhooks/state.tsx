import type { DisabledReason } from '../../contract/disabled-webhook'
import type { WebhookView } from '../../contract/webhook'
import { count, when } from '../formats'
import { t } from '../languages/webhooks'

const disabledNames: Record<DisabledReason, string> = {
  failed: t.disabled,
  gone: t.disabled,
  admin: t.paused,
  'events-lost': t.disabled,
}

/** The state of a webhook in a word. */
export function StateMark({ webhook: { disabledReason, failures } }: { webhook: WebhookView }) {
  if (disabledReason)
    return (
      <span class={`mark ${disabledReason === 'admin' ? 'cancelled' : 'failing'}`}>
        {disabledNames[disabledReason]}
      </span>
    )
  if (failures > 0) return <span class="mark failing">{t.failing}</span>
  return <span class="mark delivered">{t.delivering}</span>
}

/** The trouble of a webhook and the next step, in a sentence or two; undefined without trouble. */
export function troubleOf({
  disabledReason,
  failures,
  nextAttemptAt,
  lost,
}: WebhookView): string | undefined {
  const missed = lost && t.theEventsToWere(count(lost.from), count(lost.to))
  if (disabledReason === 'failed') return t.disabledAfterTenFailures
  if (disabledReason === 'gone') return t.disabledTheReceiverAnswered
  if (disabledReason === 'events-lost') return t.itGoesOnAfter(missed ?? '')
  if (disabledReason === 'admin') return t.pausedByAnAdmin
  if (failures === 0) return undefined
  const next = nextAttemptAt ? t.triedAgain(when(nextAttemptAt)) : t.beingTriedAgain
  return t.nFailedAttemptAt(failures, next)
}
