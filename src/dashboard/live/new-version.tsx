import { useSignalEffect } from '@preact/signals'
import { reconnects } from '../api/retry'
import { loadConfig, outdated } from '../config'
import { t } from '../languages/live'
import { Notice } from '../parts/notice'

/** Says that the server has a new version of this page, which it may have after each restart. */
export function NewVersion() {
  useSignalEffect(() => {
    if (reconnects.value > 0) void loadConfig().catch(() => undefined)
  })
  if (!outdated.value) return null
  return (
    <Notice tone="good">
      {t.theServerHasA}{' '}
      <button class="button small" type="button" onClick={() => location.reload()}>
        {t.reload}
      </button>
    </Notice>
  )
}
