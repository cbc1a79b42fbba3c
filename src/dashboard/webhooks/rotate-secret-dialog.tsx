import type { NewWebhookView, WebhookView } from '../../contract/webhook'
import { call } from '../api/call'
import { explain, isInDoubt } from '../api/failures'
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
  isInDoubt(error)
    ? `${explain(error)} Whether the secret was replaced is not known: ask for another.`
    : explain(error)

/** Replaces the secret of a webhook. A lost answer loses the secret, so it is not repeated by itself. */
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
    <Dialog title="New secret" onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <p>For 24 hours requests are signed with both secrets, so that the program can change over.</p>
        <Progress action={action} messageFor={messageFor} />
        <DialogActions busy={action.busy} label="Make a new secret" busyLabel="Making…" onCancel={onClose} />
      </form>
    </Dialog>
  )
}
