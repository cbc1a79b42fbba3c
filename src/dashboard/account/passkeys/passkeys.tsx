import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { PasskeyView } from '../../../contract/passkey'
import { call } from '../../api/call'
import type { RetryOptions } from '../../api/retry'
import { when } from '../../formats'
import { useAction } from '../../parts/action'
import { LoadFailure, Notice } from '../../parts/notice'
import { Section } from '../../parts/section'
import { AddPasskeyDialog } from './add-passkey-dialog'
import { RemovePasskeyDialog } from './remove-passkey-dialog'

/** The user's passkeys, which sign in without a password. */
export function Passkeys() {
  const items = useSignal<PasskeyView[] | undefined>(undefined)
  const open = useSignal<'new' | PasskeyView | undefined>(undefined)
  const loading = useAction()

  const load = async (retryOptions: RetryOptions) => {
    items.value = (await call<{ items: PasskeyView[] }>('GET', '/auth/passkeys', retryOptions)).body.items
  }
  const reload = () => void loading.run(load)
  useEffect(reload, [])
  const close = () => {
    open.value = undefined
    reload()
  }
  const now = open.value
  return (
    <Section title="Passkeys">
      <p class="quiet">
        A passkey of your phone, computer or security key signs you in without a password and a code.
      </p>
      {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
      <LoadFailure failure={loading.failure.value} again={reload} />
      {items.value?.length === 0 && <p>You have none.</p>}
      <ul class="entries">
        {items.value?.map((passkey) => (
          <li key={passkey.id}>
            <div>
              <strong>{passkey.name}</strong>
              <span class="quiet">
                added {when(passkey.createdAt)} ·{' '}
                {passkey.lastUsedAt ? `used ${when(passkey.lastUsedAt)}` : 'never used'}
                {passkey.backedUp && ' · synced to other devices'}
              </span>
            </div>
            <button
              class="button small"
              type="button"
              aria-label={`Remove ${passkey.name}`}
              onClick={() => (open.value = passkey)}
            >
              Remove…
            </button>
          </li>
        ))}
      </ul>
      {'PublicKeyCredential' in window ? (
        <footer class="actions">
          <button class="button" type="button" onClick={() => (open.value = 'new')}>
            Add passkey…
          </button>
        </footer>
      ) : (
        <p>This browser has no passkeys here: they need HTTPS.</p>
      )}
      {now === 'new' && <AddPasskeyDialog onClose={close} />}
      {now && now !== 'new' && <RemovePasskeyDialog passkey={now} onClose={close} />}
    </Section>
  )
}
