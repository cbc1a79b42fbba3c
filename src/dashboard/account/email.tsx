import { useSignal } from '@preact/signals'
import type { UserView } from '../../contract/user'
import { call } from '../api/call'
import { explain, fieldFaults, Refused } from '../api/failures'
import { t } from '../languages/account'
import { t as shared } from '../languages/shared'
import { useAction } from '../parts/action'
import { Notice } from '../parts/notice'
import { Progress } from '../parts/progress'
import { Section } from '../parts/section'
import { TextField } from '../parts/text-field'
import { PasswordField } from './password-field'
import { Unverified } from './unverified'

const hasCode = (error: unknown, code: string) => error instanceof Refused && error.code === code

/** The email address, and a form that changes it. The new one counts once its mailed link was followed. */
export function Email({ user }: { user: UserView }) {
  const [email, password] = [useSignal(''), useSignal('')]
  const sentTo = useSignal<string | undefined>(undefined)
  const action = useAction()
  const { busy, failure, run } = action

  const faults = {
    email: hasCode(failure.value, 'email-taken')
      ? t.belongsToAnotherAccount
      : fieldFaults(failure.value).email && t.isNotAnEmail,
    password: hasCode(failure.value, 'invalid-credentials') ? t.isWrong : undefined,
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    sentTo.value = undefined
    const body = { email: email.value.trim(), password: password.value }
    const isSent = await run((retryOptions) => call('PATCH', '/auth/me', { body, ...retryOptions }))
    if (!isSent) return
    sentTo.value = body.email
    email.value = password.value = ''
  }
  return (
    <Section title={shared.email}>
      <p>
        {user.email}
        {user.emailVerified && <span class="mark delivered verified">{t.confirmed}</span>}
      </p>
      {!user.emailVerified && <Unverified />}
      <form class="form" onSubmit={submit} noValidate>
        <Progress
          action={action}
          messageFor={(error) => (faults.email || faults.password ? undefined : explain(error))}
        />
        {sentTo.value && <Notice tone="good">{t.aLinkIsOn(sentTo.value)}</Notice>}
        <TextField label={t.newEmail} type="email" autocomplete="email" value={email} fault={faults.email} />
        <PasswordField value={password} failure={failure} />
        <footer class="actions">
          <button class="button" type="submit" aria-disabled={busy.value}>
            {busy.value ? shared.sending : t.changeEmail}
          </button>
        </footer>
      </form>
    </Section>
  )
}
