import { useSignal } from '@preact/signals'
import type { ApiKeyView, NewApiKeyView } from '../../../contract/api-key'
import { call } from '../../api/call'
import { explain, isInDoubt } from '../../api/failures'
import { t } from '../../languages/account'
import { useAction } from '../../parts/action'
import { Dialog } from '../../parts/dialog'
import { DialogActions } from '../../parts/dialog-actions'
import { Progress } from '../../parts/progress'

interface RotateKeyDialogProps {
  apiKey: ApiKeyView
  onMade: (key: NewApiKeyView) => void
  onClose: () => void
}

const HOUR_SECONDS = 60 * 60
const overlaps: [number, string][] = [
  [0, t.notAtAll],
  [HOUR_SECONDS, t.anHour],
  [24 * HOUR_SECONDS, t.aDay],
  [7 * 24 * HOUR_SECONDS, t.aWeek],
]

const messageFor = (error: unknown) =>
  isInDoubt(error) ? t.whetherTheKeyWas2(explain(error)) : explain(error)

/** Replaces a key. The previous one stays valid for a while, so that programs can change over. */
export function RotateKeyDialog({ apiKey, onMade, onClose }: RotateKeyDialogProps) {
  const overlapSeconds = useSignal(24 * HOUR_SECONDS)
  const action = useAction()
  const { busy, run } = action
  const submit = (event: Event) => {
    event.preventDefault()
    void run(async (retryOptions) => {
      const options = { body: { overlapSeconds: overlapSeconds.value }, ...retryOptions }
      onMade((await call<NewApiKeyView>('POST', `/api-keys/${apiKey.id}/rotate`, options)).body)
    })
  }
  return (
    <Dialog title={t.rotate2(apiKey.name)} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Progress action={action} messageFor={messageFor} />
        <label class="field">
          <span>{t.howLongThePrevious}</span>
          <select
            autofocus
            value={String(overlapSeconds)}
            onChange={({ currentTarget: { value } }) => (overlapSeconds.value = Number(value))}
          >
            {overlaps.map(([seconds, label]) => (
              <option key={seconds} value={String(seconds)}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <DialogActions busy={busy} label={t.rotateKey} busyLabel={t.rotating} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
