import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ApiKeyView, NewApiKeyView } from '../../../contract/api-key'
import { call } from '../../api/call'
import type { RetryOptions } from '../../api/retry'
import { t } from '../../languages/account'
import { useAction } from '../../parts/action'
import { LoadFailure, Notice } from '../../parts/notice'
import { Section } from '../../parts/section'
import { ShownSecret } from '../../parts/shown-secret'
import { ApiKeyEntry } from './api-key-entry'
import { DeleteKeyDialog } from './delete-key-dialog'
import { NewKeyDialog } from './new-key-dialog'
import { RotateKeyDialog } from './rotate-key-dialog'

/** The open dialog. */
type Open =
  | { task: 'create' }
  | { task: 'rotate' | 'delete'; key: ApiKeyView }
  | { task: 'show'; key: NewApiKeyView }

/** The API keys of the shop, for admins. */
export function ApiKeys() {
  const keys = useSignal<ApiKeyView[] | undefined>(undefined)
  const open = useSignal<Open | undefined>(undefined)
  const loading = useAction()

  const load = async (retryOptions: RetryOptions) => {
    keys.value = (await call<{ items: ApiKeyView[] }>('GET', '/api-keys', retryOptions)).body.items
  }
  const reload = () => void loading.run(load)
  useEffect(reload, [])

  const close = () => {
    open.value = undefined
  }
  const made = (key: NewApiKeyView) => {
    open.value = { task: 'show', key }
    reload()
  }
  const now = open.value
  return (
    <Section title={t.apiKeys}>
      <p class="quiet">{t.forProgramsAKey}</p>
      {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
      <LoadFailure failure={loading.failure.value} again={reload} />
      {keys.value?.length === 0 && <p>{t.thereAreNone}</p>}
      <ul class="entries">
        {keys.value?.map((key) => (
          <ApiKeyEntry
            key={key.id}
            apiKey={key}
            onRotate={() => (open.value = { task: 'rotate', key })}
            onDelete={() => (open.value = { task: 'delete', key })}
          />
        ))}
      </ul>
      <footer class="actions">
        <button class="button" type="button" onClick={() => (open.value = { task: 'create' })}>
          {t.createKey}
        </button>
      </footer>
      {now?.task === 'create' && <NewKeyDialog onMade={made} onClose={close} />}
      {now?.task === 'rotate' && <RotateKeyDialog apiKey={now.key} onMade={made} onClose={close} />}
      {now?.task === 'delete' && <DeleteKeyDialog apiKey={now.key} onDeleted={reload} onClose={close} />}
      {now?.task === 'show' && (
        <ShownSecret title={t.keyOf(now.key.name)} secret={now.key.key} onClose={close} />
      )}
    </Section>
  )
}
