import { useSignal } from '@preact/signals'
import type { UserView } from '../../contract/user'
import { call } from '../api/call'
import { explain, fieldFaults, isInDoubt, Refused } from '../api/failures'
import { t } from '../languages/account'
import { useAction } from '../parts/action'
import { Notice } from '../parts/notice'
import { Progress } from '../parts/progress'
import { Section } from '../parts/section'
import { TextField } from '../parts/text-field'
import { PasswordField } from './password-field'

const isWrong = (error: unknown) => error instanceof Refused && error.code === 'invalid-credentials'

/** Form for a new password, which ends every other session. */
export function Password({ user }: { user: UserView }) {
  const [current, next] = [useSignal(''), useSignal('')]
  const isDone = useSignal(false)
  const action = useAction()
  const { busy, failure, run } = action
  const { newPassword, ...otherFaults } = fieldFaults(failure.value)

  const messageFor = (error: unknown) => {
    if (isWrong(error) || (newPassword && Object.keys(otherFaults).length === 0)) return undefined
    if (isInDoubt(error)) return t.whetherThePasswordWas(explain(error))
    return explain(error)
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    isDone.value = await run((retryOptions) => {
      const body = { currentPassword: current.value, newPassword: next.value }
      return call('POST', '/auth/password', { body, ...retryOptions })
    })
    if (isDone.value) current.value = next.value = ''
  }
  return (
    <Section title={t.password}>
      <form class="form" onSubmit={submit} noValidate>
        <Progress action={action} messageFor={messageFor} />
        {isDone.value && <Notice tone="good">{t.yourPasswordIsChanged}</Notice>}
        <input type="hidden" name="username" autocomplete="username" value={user.email} />
        <PasswordField label={t.currentPassword} value={current} failure={failure} />
        <TextField
          label={t.newPassword}
          type="password"
          autocomplete="new-password"
          value={next}
          fault={newPassword}
          hint={t.n8To128Characters}
        />
        <footer class="actions">
          <button class="button" type="submit" aria-disabled={busy.value}>
            {busy.value ? t.changing : t.changePassword}
          </button>
        </footer>
      </form>
    </Section>
  )
}
