import type { ComponentChildren } from 'preact'
import { explain, SignedOut } from '../api/failures'
import { t } from '../languages/shared'

interface NoticeProps {
  tone: 'bad' | 'wait' | 'good'
  children: ComponentChildren
}

/** Inline message, announced by screen readers as it appears. */
export const Notice = ({ tone, children }: NoticeProps) => (
  <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
    {children}
  </div>
)

/** Reports a failed load with a button to retry. */
export function LoadFailure({ failure, again }: { failure: unknown; again: () => void }) {
  if (failure === undefined || failure instanceof SignedOut) return null
  return (
    <Notice tone="bad">
      {explain(failure)}{' '}
      <button class="button small" type="button" onClick={again}>
        {t.tryAgain}
      </button>
    </Notice>
  )
}
