import type { UserView } from '../../contract/user'
import { t } from '../languages/account'
import { GuardedPage } from '../parts/guarded-page'
import { isAdmin } from '../people/roles'
import { session } from '../session/session'
import { ApiKeys } from './api-keys/api-keys'
import { Email } from './email'
import { Language } from './language'
import { TwoStep } from './mfa/two-step'
import { OwnData } from './own-data'
import { Passkeys } from './passkeys/passkeys'
import { Password } from './password'
import { Profile } from './profile'
import { Sessions } from './sessions'

/** The signed-in user's own account. */
export function AccountView() {
  const user: UserView | undefined = 'user' in session.value ? session.value.user : undefined
  if (!user) return null
  return (
    <GuardedPage class="account-page">
      <header class="bar">
        <h1>{t.account}</h1>
      </header>
      <Profile user={user} />
      <Language />
      <Email user={user} />
      <Password user={user} />
      <TwoStep user={user} />
      <Passkeys />
      <Sessions />
      {isAdmin.value && <ApiKeys />}
      <OwnData />
    </GuardedPage>
  )
}
