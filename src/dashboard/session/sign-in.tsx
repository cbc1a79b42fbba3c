import { useSignal } from '@preact/signals'
import type { UserView } from '../../contract/user'
import { explain } from '../api/failures'
import { Brand } from '../parts/brand'
import { Notice } from '../parts/notice'
import { useTitle } from '../shop'
import { PasskeyButton } from './passkey-button'
import { signOut } from './session'
import { SignInForm } from './sign-in-form'

/** Page shown while signed out. */
export function SignInPage() {
  useTitle('Sign in')
  return (
    <main class="gate">
      <div class="card">
        <Brand />
        <h1>Sign in</h1>
        <p class="quiet">The dashboard is for admins and staff of this shop.</p>
        <SignInForm>
          <PasskeyButton />
          <a class="quiet" href="#/forgot">
            Forgot your password?
          </a>
        </SignInForm>
      </div>
    </main>
  )
}

/** Page shown to a signed-in user with the role of a customer. */
export function RefusedPage({ user }: { user: UserView }) {
  useTitle('Admins and staff only')
  const failure = useSignal<string | undefined>(undefined)
  const leave = () =>
    signOut().catch((error) => {
      failure.value = explain(error)
    })
  return (
    <main class="gate">
      <div class="card">
        <Brand />
        <h1>This page is for admins and staff</h1>
        <p>
          You are signed in as <strong>{user.name}</strong> ({user.email}), which is a customer’s account. It
          can place and follow orders, but it can’t run the shop.
        </p>
        {failure.value && <Notice tone="bad">{failure.value}</Notice>}
        <button class="button primary wide" type="button" onClick={leave}>
          Sign out
        </button>
      </div>
    </main>
  )
}
