import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { WebhookView } from '../../contract/webhook'
import { call } from '../api/call'
import { fieldFaults } from '../api/failures'
import { keyOfBody } from '../api/idempotency-key'
import { count } from '../formats'
import { t } from '../languages/webhooks'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { DialogActions } from '../parts/dialog-actions'
import { parseWhole } from '../parts/numbers'
import { Progress } from '../parts/progress'
import { TextField } from '../parts/text-field'

interface ReplayDialogProps {
  webhook: WebhookView
  onReplayed: (webhook: WebhookView) => void
  onClose: () => void
}

/** Delivers events again, or for the first time, from one on. Its key makes it safe to repeat. */
export function ReplayDialog({ webhook, onReplayed, onClose }: ReplayDialogProps) {
  const from = useSignal('')
  const isTried = useSignal(false)
  const action = useAction()
  const keyOf = useRef(keyOfBody()).current
  const first = parseWhole(from.value)
  const isValid = first !== undefined && first >= 1
  const submit = async (event: Event) => {
    event.preventDefault()
    isTried.value = true
    if (!isValid) return
    const body = { after: first - 1 }
    const isDone = await action.run(async (retryOptions) => {
      const options = { body, headers: keyOf(body), idempotent: true, ...retryOptions }
      const path = `/webhooks/${encodeURIComponent(webhook.id)}/replay`
      onReplayed((await call<WebhookView>('POST', path, options)).body)
    })
    if (isDone) onClose()
  }
  return (
    <Dialog title={t.replayEvents} onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        <p>{t.deliveredSoFarUp(count(webhook.position))}</p>
        {webhook.disabled && <p class="quiet">{t.itStaysPausedThey}</p>}
        <Progress action={action} />
        <TextField
          label={t.firstEventToDeliver}
          value={from}
          inputMode="numeric"
          focused
          fault={isTried.value && !isValid ? t.mustBeAWhole : fieldFaults(action.failure.value).after}
          hint={t.theNumberBesideA}
        />
        <DialogActions busy={action.busy} label={t.replay} busyLabel={t.asking} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
