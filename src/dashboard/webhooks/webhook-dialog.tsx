import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { EventType } from '../../contract/events'
import type { NewWebhookView, WebhookView } from '../../contract/webhook'
import { call } from '../api/call'
import { explain, fieldFaults, isInDoubt } from '../api/failures'
import { keyOfBody } from '../api/idempotency-key'
import { t as shared } from '../languages/shared'
import { t } from '../languages/webhooks'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { DialogActions } from '../parts/dialog-actions'
import { Progress } from '../parts/progress'
import { TextField } from '../parts/text-field'
import { eventNames, eventTypes } from './event-names'

interface WebhookDialogProps {
  /** Undefined to add one. */
  webhook?: WebhookView
  /** Gets a new one with its secret. */
  onSaved: (webhook: WebhookView | NewWebhookView) => void
  onClose: () => void
}

/** Adds a webhook, or changes one. Its key makes it safe to repeat. */
export function WebhookDialog({ webhook, onSaved, onClose }: WebhookDialogProps) {
  const [url, description] = [useSignal(webhook?.url ?? ''), useSignal(webhook?.description ?? '')]
  const types = useSignal<ReadonlySet<EventType>>(new Set(webhook?.types ?? []))
  const isFromBeginning = useSignal(false)
  const isTried = useSignal(false)
  const action = useAction()
  const keyOf = useRef(keyOfBody()).current
  const faults = fieldFaults(action.failure.value)
  const lacksUrl = isTried.value && !url.value.trim()

  const toggle = (type: EventType) => {
    const next = new Set(types.value)
    if (!next.delete(type)) next.add(type)
    types.value = next
  }
  const messageFor = (error: unknown) => {
    if (isInDoubt(error)) return t.whetherItWasSaved(explain(error))
    return faults.url || faults.description ? undefined : explain(error)
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    isTried.value = true
    if (!url.value.trim()) return
    const body = {
      url: url.value.trim(),
      types: types.value.size > 0 ? eventTypes.filter((type) => types.value.has(type)) : null,
      description: description.value.trim() || null,
      ...(isFromBeginning.value && { after: 0 }),
    }
    const [method, path] = webhook
      ? (['PATCH', `/webhooks/${encodeURIComponent(webhook.id)}`] as const)
      : (['POST', '/webhooks'] as const)
    const isSaved = await action.run(async (retryOptions) => {
      const options = { body, headers: keyOf(body), idempotent: true, ...retryOptions }
      onSaved((await call<WebhookView | NewWebhookView>(method, path, options)).body)
    })
    if (isSaved) onClose()
  }
  return (
    <Dialog title={webhook ? t.changeWebhook : t.addWebhook} onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        <Progress action={action} messageFor={messageFor} />
        <TextField
          label={t.address}
          value={url}
          maxLength={2_000}
          focused
          fault={lacksUrl ? shared.mustNotBeEmpty : faults.url}
          hint={t.whereTheProgramReceives}
        />
        <TextField
          label={shared.name}
          value={description}
          maxLength={200}
          fault={faults.description}
          hint={t.theProgramThatIt}
        />
        <fieldset class="checks">
          <legend>{t.eventsNoneChosenMeans}</legend>
          {eventTypes.map((type) => (
            <label key={type} title={type}>
              <input type="checkbox" checked={types.value.has(type)} onChange={() => toggle(type)} />
              <span>{eventNames[type]}</span>
            </label>
          ))}
        </fieldset>
        {!webhook && (
          <label class="field">
            <span>{t.beginWith}</span>
            <select
              value={String(isFromBeginning.value)}
              onChange={({ currentTarget: { value } }) => (isFromBeginning.value = value === 'true')}
            >
              <option value="false">{t.theEventsFromNow}</option>
              <option value="true">{t.allEventsThatThe}</option>
            </select>
          </label>
        )}
        <DialogActions
          busy={action.busy}
          label={webhook ? shared.save : t.addWebhook}
          busyLabel={shared.saving}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  )
}
