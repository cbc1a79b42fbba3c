import type { AttemptError, AttemptOutcome } from '../../contract/webhook'
import { count } from '../formats'
import { t } from '../languages/webhooks'

const errorNames: Record<AttemptError, string> = {
  timeout: t.noAnswerInTime,
  'address-refused': t.itsAddressIsNot,
  'name-not-found': t.itsNameIsNot,
  certificate: t.itsCertificateIsNot,
  'connection-failed': t.itCantBeReached,
  'connection-closed': t.itClosedTheConnection,
  'invalid-answer': t.itsAnswerIsNo,
}

const isSuccess = ({ status }: AttemptOutcome): boolean => status !== null && status >= 200 && status < 300

/** The outcome of a request: the status or the reason for none, how long it took, and the beginning of the answer. */
export const Outcome = ({ outcome }: { outcome: AttemptOutcome }) => (
  <>
    <span class={`mark ${isSuccess(outcome) ? 'delivered' : 'failing'}`}>
      {outcome.error ? errorNames[outcome.error] : outcome.status}
    </span>
    <span class="quiet">{t.ms(count(outcome.ms))}</span>
    {outcome.response ? (
      <pre class="answer" dir="auto">
        {outcome.response}
      </pre>
    ) : null}
  </>
)
