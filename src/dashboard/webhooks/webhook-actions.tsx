import { useSignal } from '@preact/signals'
import type { AttemptOutcome, NewWebhookView, WebhookView } from '../../contract/webhook'
import { call } from '../api/call'
import { t as shared } from '../languages/shared'
import { t } from '../languages/webhooks'
import { useAction } from '../parts/action'
import { Notice } from '../parts/notice'
import { Progress } from '../parts/progress'
import { ShownSecret } from '../parts/shown-secret'
import { DeleteWebhookDialog } from './delete-webhook-dialog'
import { Outcome } from './outcome'
import { ReplayDialog } from './replay-dialog'
import { RotateSecretDialog } from './rotate-secret-dialog'
import { WebhookDialog } from './webhook-dialog'

/** The receiver has 15 s to answer a test. */
const TEST_TIMEOUT_MS = 25_000

type Open = 'change' | 'replay' | 'rotate' | 'delete' | NewWebhookView

interface WebhookActionsProps {
  webhook: WebhookView
  onChanged: (webhook: WebhookView) => void
  onDeleted: () => void
}

/** The actions on a webhook. */
export function WebhookActions({ webhook, onChanged, onDeleted }: WebhookActionsProps) {
  const open = useSignal<Open | undefined>(undefined)
  const tested = useSignal<AttemptOutcome | undefined>(undefined)
  const [testing, switching] = [useAction(), useAction()]
  const path = `/webhooks/${encodeURIComponent(webhook.id)}`
  const close = () => {
    open.value = undefined
  }

  const test = () => {
    tested.value = undefined
    return testing.run(async (retryOptions) => {
      const options = { timeoutMs: TEST_TIMEOUT_MS, ...retryOptions }
      tested.value = (await call<AttemptOutcome>('POST', `${path}/test`, options)).body
    })
  }
  /** Sends the wanted state, so a repetition changes nothing. */
  const pauseOrResume = () =>
    switching.run(async (retryOptions) => {
      const body = { disabled: !webhook.disabled }
      onChanged((await call<WebhookView>('PATCH', path, { body, idempotent: true, ...retryOptions })).body)
    })
  const now = open.value
  return (
    <div class="part">
      <div class="actions">
        <button
          class={`button ${webhook.disabled ? 'primary' : ''}`}
          type="button"
          aria-disabled={switching.busy.value}
          onClick={() => void pauseOrResume()}
        >
          {webhook.disabled ? t.resume : t.pause}
        </button>
        <button class="button" type="button" aria-disabled={testing.busy.value} onClick={() => void test()}>
          {testing.busy.value ? shared.sending : t.sendATest}
        </button>
        <button class="button" type="button" onClick={() => (open.value = 'replay')}>
          {t.replay2}
        </button>
        <button class="button" type="button" onClick={() => (open.value = 'change')}>
          {t.change}
        </button>
        <button class="button" type="button" onClick={() => (open.value = 'rotate')}>
          {t.newSecret2}
        </button>
        <button class="button" type="button" onClick={() => (open.value = 'delete')}>
          {t.remove}
        </button>
      </div>
      <Progress action={switching} />
      <Progress action={testing} />
      {tested.value && (
        <Notice tone="wait">
          <div class="attempts">
            <strong>{t.theTest}</strong> <Outcome outcome={tested.value} />
          </div>
        </Notice>
      )}
      {now === 'change' && <WebhookDialog webhook={webhook} onSaved={onChanged} onClose={close} />}
      {now === 'replay' && <ReplayDialog webhook={webhook} onReplayed={onChanged} onClose={close} />}
      {now === 'rotate' && (
        <RotateSecretDialog
          webhook={webhook}
          onRotated={(rotated) => {
            onChanged(rotated)
            open.value = rotated
          }}
          onClose={close}
        />
      )}
      {now === 'delete' && <DeleteWebhookDialog webhook={webhook} onDeleted={onDeleted} onClose={close} />}
      {typeof now === 'object' && (
        <ShownSecret title={t.newSecretOfThe} secret={now.secret} onClose={close} />
      )}
    </div>
  )
}
