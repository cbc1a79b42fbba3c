import type { UserView } from '../../../contract/user'
import { useAction } from '../../parts/action'
import { Brand } from '../../parts/brand'
import { Progress } from '../../parts/progress'
import { mustSetUpMfa, signOut } from '../../session/session'
import { TurnOn } from './turn-on'

/** Page of an admin confined to setting up a second factor (ADMIN_MFA=required). */
export function SetUpPage({ user }: { user: UserView }) {
  const action = useAction()
  return (
    <main class="gate">
      <div class="card">
        <Brand />
        <h1>Set up two-step sign-in</h1>
        <p class="quiet">This shop requires it of admins. You are signed in as {user.email}.</p>
        <TurnOn onDone={() => (mustSetUpMfa.value = false)} />
        <Progress action={action} />
        <button class="button wide" type="button" onClick={() => void action.run(signOut)}>
          Sign out
        </button>
      </div>
    </main>
  )
}
