import type { ApiKeyView } from '../../../contract/api-key'
import { serverNow } from '../../api/server-clock'
import { when } from '../../formats'
import { t } from '../../languages/account'

interface ApiKeyEntryProps {
  apiKey: ApiKeyView
  onRotate: () => void
  onDelete: () => void
}

function timesOf({ lastUsedAt, expiresAt }: ApiKeyView): string {
  const used = lastUsedAt ? t.used(when(lastUsedAt)) : t.neverUsed
  if (!expiresAt) return t.doesNotExpire(used)
  const isOver = new Date(expiresAt).getTime() <= serverNow()
  return isOver ? t.usedExpired(used, when(expiresAt)) : t.usedExpires(used, when(expiresAt))
}

/** One API key, without its secret. */
export const ApiKeyEntry = ({ apiKey, onRotate, onDelete }: ApiKeyEntryProps) => (
  <li>
    <div>
      <strong dir="auto">{apiKey.name}</strong>
      <span>
        <code>{apiKey.prefix}…</code> {apiKey.scopes.join(', ')}
      </span>
      <span class="quiet">{timesOf(apiKey)}</span>
    </div>
    <div class="actions">
      <button class="button small" type="button" aria-label={t.rotate2(apiKey.name)} onClick={onRotate}>
        {t.rotate}
      </button>
      <button class="button small" type="button" aria-label={t.remove2(apiKey.name)} onClick={onDelete}>
        {t.remove}
      </button>
    </div>
  </li>
)
