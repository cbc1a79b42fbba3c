import { useSignal } from '@preact/signals'
import type { UserView } from '../../contract/user'
import { explain } from '../api/failures'
import { t } from '../languages/session'
import { t as shared } from '../languages/shared'
import { Brand } from '../parts/brand'
import { Notice } from '../parts/notice'
import { useTitle } from '../shop'
import { PasskeyButton } from './passkey-button'
import { signOut } from './session'
import { SignInForm } from './sign-in-form'

/** Page shown while signed out. */
export function SignInPage() {
  useTitle(t.signIn)
  return (
    <main class="gate">
      <div class="card">
        <Brand />
        <h1>{t.signIn}</h1>
        <p class="quiet">{t.theDashboardIsFor}</p>
        <SignInForm>
          <PasskeyButton />
          <a class="quiet" href="#/forgot">
            {t.forgotYourPassword}
          </a>
        </SignInForm>
      </div>
    </main>
  )
}

/** Page shown to a signed-in user with the role of a customer. */
export function RefusedPage({ user }: { user: UserView }) {
  useTitle(t.adminsAndStaffOnly)
  const failure = useSignal<string | undefined>(undefined)
  const leave = () =>
    signOut().catch((error) => {
      failure.value = explain(error)
    })
  return (
    <main class="gate">
      <div class="card">
        <Brand />
        <h1>{t.thisPageIsFor}</h1>
        <p>{t.signedInAs(<strong dir="auto">{user.name}</strong>, user.email)}</p>
        {failure.value && <Notice tone="bad">{failure.value}</Notice>}
        <button class="button primary wide" type="button" onClick={leave}>
          {shared.signOut}
        </button>
      </div>
    </main>
  )
}
