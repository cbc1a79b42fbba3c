import { t } from '../languages/inventory'
import { t as shared } from '../languages/shared'
import { Notice } from '../parts/notice'
import { deleteNow, deletion, dismissDeletion, keepProduct } from './deletion'

/** The held deletion of a product, below the list. */
export function DeletionBar() {
  const now = deletion.value
  if (!now) return null
  if (now.state === 'sending') return <Notice tone="wait">{t.isBeingDeleted(now.name)}</Notice>
  if (now.state === 'failed')
    return (
      <Notice tone="bad">
        {t.wasNotDeleted(now.name)} {now.failure}{' '}
        <button class="button small" type="button" onClick={dismissDeletion}>
          {shared.dismiss}
        </button>
      </Notice>
    )
  return (
    <section class="bulk-bar" aria-label={t.heldDeletion}>
      <span role="status">{t.willBeDeleted(<bdi>{now.name}</bdi>)}</span>
      <span class="quiet" role="timer">
        {t.inS(String(now.left))}
      </span>
      <button class="button" type="button" onClick={keepProduct}>
        {t.undo}
      </button>
      <button class="button bare" type="button" onClick={() => void deleteNow()}>
        {t.doItNow}
      </button>
    </section>
  )
}
