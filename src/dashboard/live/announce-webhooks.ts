import { t } from '../languages/live'
import { onEvents } from './stream'
import { showToast } from './toasts'

/** Announces each webhook disabled by the server, wherever the admin is. @returns a function to stop */
export function announceWebhooks(): () => void {
  return onEvents((events) => {
    for (const { type, data } of events)
      if (type === 'webhook:disabled' && data.reason !== 'admin')
        showToast({
          key: `webhook ${data.id}`,
          text: t.aWebhookWasDisabled,
          detail: t.itsProgramGetsNo,
          href: `#/webhooks/${data.id}`,
        })
  })
}
