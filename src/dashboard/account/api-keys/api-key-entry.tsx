import type { ApiKeyView } from '../../../contract/api-key'
import { when } from '../../formats'

interface ApiKeyEntryProps {
  apiKey: ApiKeyView
  onRotate: () => void
  onDelete: () => void
}

function timesOf({ lastUsedAt, expiresAt }: ApiKeyView): string {
  const used = lastUsedAt ? `used ${when(lastUsedAt)}` : 'never used'
  if (!expiresAt) return `${used} · does not expire`
  const isOver = new Date(expiresAt).getTime() <= Date.now()
  return `${used} · ${isOver ? 'expired' : 'expires'} ${when(expiresAt)}`
}

/** One API key, without its secret. */
export const ApiKeyEntry = ({ apiKey, onRotate, onDelete }: ApiKeyEntryProps) => (
  <li>
    <div>
      <strong>{apiKey.name}</strong>
      <span>
        <code>{apiKey.prefix}…</code> {apiKey.scopes.join(', ')}
      </span>
      <span class="quiet">{timesOf(apiKey)}</span>
    </div>
    <div class="actions">
      <button class="button small" type="button" aria-label={`Rotate ${apiKey.name}`} onClick={onRotate}>
        Rotate…
      </button>
      <button class="button small" type="button" aria-label={`Delete ${apiKey.name}`} onClick={onDelete}>
        Delete…
      </button>
    </div>
  </li>
)
