import { useSignal } from '@preact/signals'
import { type NewApiKeyView, type Scope, scopes } from '../../../contract/api-key'
import { call } from '../../api/call'
import { explain, fieldFaults, isInDoubt } from '../../api/failures'
import { serverNow } from '../../api/server-clock'
import { t } from '../../languages/account'
import { t as shared } from '../../languages/shared'
import { useAction } from '../../parts/action'
import { Dialog } from '../../parts/dialog'
import { DialogActions } from '../../parts/dialog-actions'
import { Progress } from '../../parts/progress'
import { TextField } from '../../parts/text-field'

interface NewKeyDialogProps {
  onMade: (key: NewApiKeyView) => void
  onClose: () => void
}

const tomorrow = () => new Date(serverNow() + 24 * 60 * 60 * 1000).toISOString().slice(0, 10)

/** The end of a day of the person's calendar, as the API takes it. */
const endOf = (day: string) => new Date(`${day}T23:59:59.999`).toISOString()

/** Creates an API key. A lost answer loses the key, so the request is not retried automatically. */
export function NewKeyDialog({ onMade, onClose }: NewKeyDialogProps) {
  const [name, until] = [useSignal(''), useSignal('')]
  const chosen = useSignal<ReadonlySet<Scope>>(new Set())
  const isTried = useSignal(false)
  const action = useAction()
  const { busy, failure, run } = action
  const faults = fieldFaults(failure.value)
  const lacksScope = isTried.value && chosen.value.size === 0
  const lacksName = isTried.value && !name.value.trim()

  const toggle = (scope: Scope) => {
    const next = new Set(chosen.value)
    if (!next.delete(scope)) next.add(scope)
    chosen.value = next
  }
  const messageFor = (error: unknown) => {
    if (isInDoubt(error)) return t.whetherTheKeyWas(explain(error))
    return faults.name || faults.expiresAt ? undefined : explain(error)
  }
  const submit = (event: Event) => {
    event.preventDefault()
    isTried.value = true
    if (!name.value.trim() || chosen.value.size === 0) return
    const body = {
      name: name.value.trim(),
      scopes: scopes.filter((scope) => chosen.value.has(scope)),
      ...(until.value && { expiresAt: endOf(until.value) }),
    }
    void run(async (retryOptions) => {
      onMade((await call<NewApiKeyView>('POST', '/api-keys', { body, ...retryOptions })).body)
    })
  }
  return (
    <Dialog title={t.createApiKey} onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        <Progress action={action} messageFor={messageFor} />
        <TextField
          label={shared.name}
          value={name}
          maxLength={100}
          focused
          fault={lacksName ? shared.mustNotBeEmpty : faults.name}
          hint={t.theProgramThatIt}
        />
        <fieldset class="checks" aria-describedby={lacksScope ? 'scopes-fault' : undefined}>
          <legend>{t.scopes}</legend>
          {scopes.map((scope) => (
            <label key={scope}>
              <input type="checkbox" checked={chosen.value.has(scope)} onChange={() => toggle(scope)} />
              <span>{scope}</span>
            </label>
          ))}
        </fieldset>
        {lacksScope && (
          <p class="fault" id="scopes-fault">
            {t.chooseWhatTheProgram}
          </p>
        )}
        <TextField
          label={t.validUntil}
          type="date"
          min={tomorrow()}
          value={until}
          fault={faults.expiresAt}
          hint={t.emptyItDoesNot}
        />
        <DialogActions busy={busy} label={t.createKey2} busyLabel={t.creating} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
