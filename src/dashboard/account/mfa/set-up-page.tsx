import type { UserView } from '../../../contract/user'
import { t } from '../../languages/factors'
import { t as shared } from '../../languages/shared'
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
        <h1>{t.setUpTwoStep}</h1>
        <p class="quiet">{t.thisShopRequiresIt(user.email)}</p>
        <TurnOn onDone={() => (mustSetUpMfa.value = false)} />
        <Progress action={action} />
        <button class="button wide" type="button" onClick={() => void action.run(signOut)}>
          {shared.signOut}
        </button>
      </div>
    </main>
  )
}
