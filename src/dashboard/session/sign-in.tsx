import { useSignal } from '@preact/signals'
import type { UserView } from '../../contract/user'
import { explain, Refused, soon } from '../api/failures'
import { Brand } from '../parts/brand'
import { Notice } from '../parts/notice'
import { signIn, signOut } from './session'

function messageFor(error: unknown): string {
  if (!(error instanceof Refused)) return explain(error)
  if (error.code === 'invalid-credentials') return 'Email or password is wrong.'
  if (error.status !== 429 && error.status !== 503) return explain(error)
  if (error.code === 'account-locked') return explain(error)
  return `${explain(error)} Try again ${soon(error.retryAfter)}.`
}

/** Sign-in form. Keeps its input when the sign-in fails. */
export function SignInForm({ email: known = '' }: { email?: string }) {
  const email = useSignal(known)
  const password = useSignal('')
  const failure = useSignal<string | undefined>(undefined)
  const busy = useSignal(false)

  const submit = async (event: Event) => {
    event.preventDefault()
    if (busy.value) return
    busy.value = true
    failure.value = undefined
    try {
      await signIn(email.value, password.value)
    } catch (error) {
      failure.value = messageFor(error)
      busy.value = false
    }
  }

  return (
    <form class="form" onSubmit={submit}>
      {failure.value && <Notice tone="bad">{failure.value}</Notice>}
      <label class="field">
        <span>Email</span>
        <input
          type="email"
          name="email"
          autocomplete="username"
          required
          autofocus={!known}
          value={email}
          onInput={(event) => (email.value = event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Password</span>
        <input
          type="password"
          name="password"
          autocomplete="current-password"
          required
          autofocus={Boolean(known)}
          value={password}
          onInput={(event) => (password.value = event.currentTarget.value)}
        />
      </label>
      <button class="button primary wide" type="submit" aria-disabled={busy.value}>
        {busy.value ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  )
}

/** Page shown while signed out. */
export function SignInPage() {
  return (
    <main class="gate">
      <div class="card">
        <Brand />
        <h1>Sign in</h1>
        <p class="quiet">The dashboard is for admins and staff of this shop.</p>
        <SignInForm />
      </div>
    </main>
  )
}

/** Page shown to a signed-in user with the role of a customer. */
export function RefusedPage({ user }: { user: UserView }) {
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
