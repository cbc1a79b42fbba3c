import type { WebhookView } from '../../contract/webhook'
import { call } from '../api/call'
import { Refused } from '../api/failures'
import { t as shared } from '../languages/shared'
import { t } from '../languages/webhooks'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { DialogActions } from '../parts/dialog-actions'
import { Progress } from '../parts/progress'

interface DeleteWebhookDialogProps {
  webhook: WebhookView
  onDeleted: () => void
  onClose: () => void
}

/** Deletes a webhook after a confirmation. Safe to retry: a deleted one is a 404. */
export function DeleteWebhookDialog({ webhook, onDeleted, onClose }: DeleteWebhookDialogProps) {
  const action = useAction()
  const submit = async (event: Event) => {
    event.preventDefault()
    const isDone = await action.run(async (retryOptions) => {
      try {
        const path = `/webhooks/${encodeURIComponent(webhook.id)}`
        await call('DELETE', path, { idempotent: true, ...retryOptions })
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 404) throw error
      }
    })
    if (!isDone) return
    onClose()
    onDeleted()
  }
  return (
    <Dialog title={t.deleteThisWebhook} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <p class="subject">
          <strong dir="auto">{webhook.description ?? t.webhook}</strong>
          <span class="id" dir="ltr">
            {webhook.url}
          </span>
        </p>
        <p>{t.itGetsNoMore}</p>
        <Progress action={action} />
        <DialogActions
          busy={action.busy}
          label={t.deleteTheWebhook}
          busyLabel={t.deleting}
          tone="danger"
          cancelLabel={shared.keepIt}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}
