import { t } from '../languages/live'
import { connection } from './stream'

const words = () =>
  ({
    live: [t.live, t.changesAppearAsThey],
    'catching-up': [t.catchingUp, t.readingTheEventsMissed],
    offline: [t.offline, t.tryingToReachThe],
  }) as const

/** Connection state of the event stream. */
export function Badge() {
  const [word, explanation] = words()[connection.value]
  return (
    <div class={`badge ${connection.value}`} role="status" title={explanation}>
      <span class="dot" />
      <span>{word}</span>
    </div>
  )
}
