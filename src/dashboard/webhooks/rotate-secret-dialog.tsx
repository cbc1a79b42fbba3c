import type { NewWebhookView, WebhookView } from '../../contract/webhook'
import { call } from '../api/call'
import { explain, isInDoubt } from '../api/failures'
import { t } from '../languages/webhooks'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { DialogActions } from '../parts/dialog-actions'
import { Progress } from '../parts/progress'

interface RotateSecretDialogProps {
  webhook: WebhookView
  onRotated: (webhook: NewWebhookView) => void
  onClose: () => void
}

const messageFor = (error: unknown) =>
  isInDoubt(error) ? t.whetherTheSecretWas(explain(error)) : explain(error)

/** Replaces the secret of a webhook. A lost answer loses the secret, so the request is not retried automatically. */
export function RotateSecretDialog({ webhook, onRotated, onClose }: RotateSecretDialogProps) {
  const action = useAction()
  const submit = (event: Event) => {
    event.preventDefault()
    void action.run(async (retryOptions) => {
      const path = `/webhooks/${encodeURIComponent(webhook.id)}/rotate-secret`
      onRotated((await call<NewWebhookView>('POST', path, retryOptions)).body)
    })
  }
  return (
    <Dialog title={t.newSecret} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <p>{t.for24HoursRequests}</p>
        <Progress action={action} messageFor={messageFor} />
        <DialogActions busy={action.busy} label={t.makeANewSecret} busyLabel={t.making} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
