import { useSignal } from '@preact/signals'
import type { UserView } from '../../../contract/user'
import { Dialog } from '../../parts/dialog'
import { Section } from '../../parts/section'
import { TurnOffDialog } from './turn-off-dialog'
import { TurnOn } from './turn-on'

/** Whether a sign-in takes a second step, and turning codes of an authenticator app on and off. */
export function TwoStep({ user }: { user: UserView }) {
  const open = useSignal<'on' | 'off' | undefined>(undefined)
  const isKept = useSignal(false)
  const close = () => {
    open.value = undefined
    isKept.value = false
  }
  return (
    <Section title="Two-step sign-in">
      <p>
        {user.mfa
          ? 'On: whoever knows your password still can’t sign in as you.'
          : 'Off: whoever knows your password can sign in as you.'}
      </p>
      <footer class="actions">
        {/* With a passkey, codes may be on or off: the server knows. */}
        {user.mfa && (
          <button class="button" type="button" onClick={() => (open.value = 'off')}>
            Turn codes off…
          </button>
        )}
        <button
          class={user.mfa ? 'button' : 'button primary'}
          type="button"
          onClick={() => (open.value = 'on')}
        >
          Set up an app…
        </button>
      </footer>
      {open.value === 'on' && (
        <Dialog title="Two-step sign-in" {...(!isKept.value && { onClose: close })}>
          <TurnOn onShown={() => (isKept.value = true)} onDone={close} />
        </Dialog>
      )}
      {open.value === 'off' && <TurnOffDialog onClose={close} />}
    </Section>
  )
}
