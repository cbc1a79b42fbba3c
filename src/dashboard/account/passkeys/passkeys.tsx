import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { PasskeyView } from '../../../contract/passkey'
import { call } from '../../api/call'
import type { RetryOptions } from '../../api/retry'
import { when } from '../../formats'
import { t } from '../../languages/factors'
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
    <Section title={t.passkeys}>
      <p class="quiet">{t.aPasskeyOfYour}</p>
      {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
      <LoadFailure failure={loading.failure.value} again={reload} />
      {items.value?.length === 0 && <p>{t.youHaveNone}</p>}
      <ul class="entries">
        {items.value?.map((passkey) => (
          <li key={passkey.id}>
            <div>
              <strong dir="auto">{passkey.name}</strong>
              <span class="quiet">
                {t.addedAt(when(passkey.createdAt))} ·{' '}
                {passkey.lastUsedAt ? t.used(when(passkey.lastUsedAt)) : t.neverUsed}
                {passkey.backedUp && ` · ${t.synced}`}
              </span>
            </div>
            <button
              class="button small"
              type="button"
              aria-label={t.remove2(passkey.name)}
              onClick={() => (open.value = passkey)}
            >
              {t.remove}
            </button>
          </li>
        ))}
      </ul>
      {'PublicKeyCredential' in window ? (
        <footer class="actions">
          <button class="button" type="button" onClick={() => (open.value = 'new')}>
            {t.addPasskey2}
          </button>
        </footer>
      ) : (
        <p>{t.thisBrowserHasNo}</p>
      )}
      {now === 'new' && <AddPasskeyDialog onClose={close} />}
      {now && now !== 'new' && <RemovePasskeyDialog passkey={now} onClose={close} />}
    </Section>
  )
}
