import type { ComponentChildren } from 'preact'
import { explain, SignedOut } from '../api/failures'

interface NoticeProps {
  tone: 'bad' | 'wait' | 'good'
  children: ComponentChildren
}

/** What happened, beside what it happened to; read out as it appears. */
export const Notice = ({ tone, children }: NoticeProps) => (
  <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
    {children}
  </div>
)

/** Says that something could not be loaded, and offers to try again. */
export function LoadFailure({ failure, again }: { failure: unknown; again: () => void }) {
  if (failure === undefined || failure instanceof SignedOut) return null
  return (
    <Notice tone="bad">
      {explain(failure)}{' '}
      <button class="button small" type="button" onClick={again}>
        Try again
      </button>
    </Notice>
  )
}
