import { Notice } from '../parts/notice'
import { deleteNow, deletion, dismissDeletion, keepProduct } from './deletion'

/** The held deletion of a product, below the list. */
export function DeletionBar() {
  const now = deletion.value
  if (!now) return null
  if (now.state === 'sending') return <Notice tone="wait">“{now.name}” is being deleted…</Notice>
  if (now.state === 'failed')
    return (
      <Notice tone="bad">
        “{now.name}” was not deleted. {now.failure}{' '}
        <button class="button small" type="button" onClick={dismissDeletion}>
          Dismiss
        </button>
      </Notice>
    )
  return (
    <section class="bulk-bar" aria-label="Held deletion">
      <span role="status">
        <bdi>{now.name}</bdi> will be deleted
      </span>
      <span class="quiet" role="timer">
        in {now.left} s
      </span>
      <button class="button" type="button" onClick={keepProduct}>
        Undo
      </button>
      <button class="button bare" type="button" onClick={() => void deleteNow()}>
        Do it now
      </button>
    </section>
  )
}
