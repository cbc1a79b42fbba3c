import { useSignal } from '@preact/signals'
import type { ManagedUserView } from '../../contract/user'
import { call } from '../api/call'
import { Refused } from '../api/failures'
import { t } from '../languages/people'
import { useAction } from '../parts/action'
import { Progress } from '../parts/progress'
import { TextField } from '../parts/text-field'

interface ErasePersonProps {
  person: ManagedUserView
  onErased: () => void
}

/** Erases an account after its email address was typed. Safe to repeat: an erased account is a 404. */
export function ErasePerson({ person, onErased }: ErasePersonProps) {
  const isOpen = useSignal(false)
  const typed = useSignal('')
  const isTried = useSignal(false)
  const action = useAction()
  const { busy, run } = action
  const isSame = typed.value.trim().toLowerCase() === person.email

  const submit = async (event: Event) => {
    event.preventDefault()
    isTried.value = true
    if (!isSame) return
    const isDone = await run(async (retryOptions) => {
      try {
        await call('DELETE', `/users/${person.id}`, { idempotent: true, ...retryOptions })
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 404) throw error
      }
    })
    if (isDone) onErased()
  }
  return (
    <form class="form part" onSubmit={submit} noValidate>
      <footer class="actions">
        <button
          class="button"
          type="button"
          aria-expanded={isOpen.value}
          onClick={() => (isOpen.value = !isOpen.value)}
        >
          {t.eraseAccount}
        </button>
      </footer>
      {isOpen.value && (
        <>
          <p>{t.theNameTheEmail}</p>
          <Progress action={action} />
          <TextField
            label={t.emailAddress}
            value={typed}
            focused
            fault={isTried.value && !isSame ? t.isNotTheOne : undefined}
            hint={t.typeToConfirm(person.email)}
          />
          <footer class="actions">
            <button class="button danger" type="submit" aria-disabled={busy.value}>
              {busy.value ? t.erasing : t.eraseTheAccount}
            </button>
          </footer>
        </>
      )}
    </form>
  )
}
