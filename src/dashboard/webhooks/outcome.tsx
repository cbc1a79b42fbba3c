import type { AttemptError, AttemptOutcome } from '../../contract/webhook'
import { count } from '../formats'

const errorNames: Record<AttemptError, string> = {
  timeout: 'No answer in time',
  'address-refused': 'Its address is not public',
  'name-not-found': 'Its name is not known',
  certificate: 'Its certificate is not valid',
  'connection-failed': 'It can’t be reached',
  'connection-closed': 'It closed the connection',
  'invalid-answer': 'Its answer is no HTTP',
}

const isSuccess = ({ status }: AttemptOutcome): boolean => status !== null && status >= 200 && status < 300

/** The outcome of a request: the status or the reason for none, how long it took, and the beginning of the answer. */
export const Outcome = ({ outcome }: { outcome: AttemptOutcome }) => (
  <>
    <span class={`mark ${isSuccess(outcome) ? 'delivered' : 'failing'}`}>
      {outcome.error ? errorNames[outcome.error] : outcome.status}
    </span>
    <span class="quiet">{count(outcome.ms)} ms</span>
    {outcome.response ? (
      <pre class="answer" dir="auto">
        {outcome.response}
      </pre>
    ) : null}
  </>
)
