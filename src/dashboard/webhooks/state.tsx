import type { DisabledReason } from '../../contract/disabled-webhook'
import type { WebhookView } from '../../contract/webhook'
import { count, counted, when } from '../formats'

const disabledNames: Record<DisabledReason, string> = {
  failed: 'Disabled',
  gone: 'Disabled',
  admin: 'Paused',
  'events-lost': 'Disabled',
}

/** The state of a webhook in a word. */
export function StateMark({ webhook: { disabledReason, failures } }: { webhook: WebhookView }) {
  if (disabledReason)
    return (
      <span class={`mark ${disabledReason === 'admin' ? 'cancelled' : 'failing'}`}>
        {disabledNames[disabledReason]}
      </span>
    )
  if (failures > 0) return <span class="mark failing">Failing</span>
  return <span class="mark delivered">Delivering</span>
}

/** The trouble of a webhook and the next step, in a sentence or two; undefined without trouble. */
export function troubleOf({
  disabledReason,
  failures,
  nextAttemptAt,
  lost,
}: WebhookView): string | undefined {
  const missed =
    lost && `The events ${count(lost.from)} to ${count(lost.to)} were deleted before they were delivered.`
  if (disabledReason === 'failed')
    return 'Disabled after ten failures in a row. Nothing is delivered until you resume it.'
  if (disabledReason === 'gone')
    return 'Disabled: the receiver answered 410, so it wants no more events. Nothing is delivered until you resume it.'
  if (disabledReason === 'events-lost') return `${missed} It goes on after them when you resume it.`
  if (disabledReason === 'admin') return 'Paused by an admin. It goes on where it was when you resume it.'
  if (failures === 0) return undefined
  const next = nextAttemptAt ? `tried again ${when(nextAttemptAt)}` : 'being tried again'
  return `${counted(failures, 'failed attempt')} at the next event; ${next}. Later events wait for it.`
}
