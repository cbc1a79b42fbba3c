import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { WebhookView } from '../../contract/webhook'
import { call } from '../api/call'
import { Refused } from '../api/failures'
import { t as shared } from '../languages/shared'
import { t } from '../languages/webhooks'
import { Dialog } from '../parts/dialog'
import { useLoad } from '../parts/load'
import { LoadFailure, Notice } from '../parts/notice'
import { Deliveries } from './deliveries'
import { troubleOf } from './state'
import { WebhookActions } from './webhook-actions'
import { WebhookFacts } from './webhook-facts'

interface WebhookPanelProps {
  id: string
  /** Increments when the webhook may have changed. */
  version: number
  onChanged: (webhook: WebhookView) => void
  onDeleted: () => void
  onClose: () => void
}

/** An open panel shows new deliveries within this time. */
const REFRESH_MS = 5_000

/** One webhook: its state, its actions and its deliveries. */
export function WebhookPanel({ id, version, onChanged, onDeleted, onClose }: WebhookPanelProps) {
  const webhook = useSignal<WebhookView | undefined>(undefined)
  const refreshes = useSignal(0)
  const show = (update: WebhookView) => {
    webhook.value = update
    onChanged(update)
  }
  useEffect(() => {
    const timer = setInterval(() => document.hidden || refreshes.value++, REFRESH_MS)
    return () => clearInterval(timer)
  }, [])
  const current = version + refreshes.value
  const loading = useLoad(
    async (retryOptions) => {
      show((await call<WebhookView>('GET', `/webhooks/${encodeURIComponent(id)}`, retryOptions)).body)
    },
    [id, current],
  )
  const changed = (update: WebhookView) => {
    show(update)
    refreshes.value++
  }
  const failure = loading.failure.value
  const trouble = webhook.value && troubleOf(webhook.value)
  const isPaused = webhook.value?.disabledReason === 'admin'
  return (
    <Dialog title={t.webhook} place="side" onClose={onClose}>
      {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
      {failure instanceof Refused && failure.status === 404 ? (
        <Notice tone="bad">{t.thisWebhookWasDeleted}</Notice>
      ) : (
        <LoadFailure failure={failure} again={loading.again} />
      )}
      {!webhook.value && loading.busy.value && <p class="quiet">{shared.loading}</p>}
      {trouble && <Notice tone={isPaused ? 'wait' : 'bad'}>{trouble}</Notice>}
      {webhook.value && (
        <>
          <WebhookFacts webhook={webhook.value} />
          <WebhookActions webhook={webhook.value} onChanged={changed} onDeleted={onDeleted} />
          <Deliveries id={id} version={current} />
        </>
      )}
    </Dialog>
  )
}
