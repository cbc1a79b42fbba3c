import { useSignal } from '@preact/signals'
import type { UserView } from '../../contract/user'
import { call } from '../api/call'
import { explain, fieldFaults } from '../api/failures'
import { t } from '../languages/account'
import { t as shared } from '../languages/shared'
import { useAction } from '../parts/action'
import { Notice } from '../parts/notice'
import { Progress } from '../parts/progress'
import { Section } from '../parts/section'
import { TextField } from '../parts/text-field'
import { roleNames } from '../people/roles'
import { showUser } from '../session/session'

/** The user's account, and a form for the name. */
export function Profile({ user }: { user: UserView }) {
  const name = useSignal(user.name)
  const isDone = useSignal(false)
  const action = useAction()
  const { busy, failure, run } = action
  const faults = fieldFaults(failure.value)

  const submit = async (event: Event) => {
    event.preventDefault()
    name.value = name.value.trim()
    isDone.value = await run(async (retryOptions) => {
      const options = { body: { name: name.value }, idempotent: true, ...retryOptions }
      showUser((await call<UserView>('PATCH', '/auth/me', options)).body)
    })
  }
  return (
    <Section title={t.profile}>
      <dl class="facts">
        <dt>{t.role}</dt>
        <dd>{roleNames()[user.role]}</dd>
      </dl>
      <form class="form" onSubmit={submit} noValidate>
        <Progress action={action} messageFor={(error) => (faults.name ? undefined : explain(error))} />
        {isDone.value && <Notice tone="good">{t.yourNameIsSaved}</Notice>}
        <TextField
          label={shared.name}
          value={name}
          saved={user.name}
          autocomplete="name"
          maxLength={100}
          fault={faults.name}
        />
        <footer class="actions">
          <button class="button" type="submit" aria-disabled={busy.value}>
            {busy.value ? shared.saving : t.saveName}
          </button>
        </footer>
      </form>
    </Section>
  )
}
