import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { FactorsView, UserView } from '../../../contract/user'
import { call } from '../../api/call'
import { useAction } from '../../parts/action'
import { Dialog } from '../../parts/dialog'
import { LoadFailure, Notice } from '../../parts/notice'
import { Section } from '../../parts/section'
import { NewCodesDialog } from './new-codes-dialog'
import { TurnOffDialog } from './turn-off-dialog'
import { TurnOn } from './turn-on'

const codesLeft = (left: number) =>
  left === 1 ? 'One recovery code is' : `${left || 'No'} recovery codes are`

/** Whether a sign-in takes a second step: turns codes of an authenticator app on and off, and replaces recovery codes. */
export function TwoStep({ user }: { user: UserView }) {
  const factors = useSignal<FactorsView | undefined>(undefined)
  const open = useSignal<'on' | 'off' | 'codes' | undefined>(undefined)
  const isKept = useSignal(false)
  const loading = useAction()

  const load = () =>
    void loading.run(async (retryOptions) => {
      factors.value = (await call<FactorsView>('GET', '/auth/mfa', retryOptions)).body
    })
  // A change of factors renews the session, which brings the user anew.
  useEffect(load, [user])
  const close = () => {
    open.value = undefined
    isKept.value = false
    load()
  }
  const now = factors.value
  return (
    <Section title="Two-step sign-in">
      <p>
        {user.mfa
          ? 'On: whoever knows your password still can’t sign in as you.'
          : 'Off: whoever knows your password can sign in as you.'}
      </p>
      {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
      <LoadFailure failure={loading.failure.value} again={load} />
      {now && user.mfa && <p>{codesLeft(now.recoveryCodesLeft)} left.</p>}
      {now && (
        <footer class="actions">
          {!now.totp && (
            <button
              class={user.mfa ? 'button' : 'button primary'}
              type="button"
              onClick={() => (open.value = 'on')}
            >
              Set up an app…
            </button>
          )}
          {user.mfa && (
            <button class="button" type="button" onClick={() => (open.value = 'codes')}>
              New recovery codes…
            </button>
          )}
          {now.totp && (
            <button class="button" type="button" onClick={() => (open.value = 'off')}>
              Turn codes off…
            </button>
          )}
        </footer>
      )}
      {open.value === 'on' && (
        <Dialog title="Two-step sign-in" {...(!isKept.value && { onClose: close })}>
          <TurnOn onShown={() => (isKept.value = true)} onDone={close} />
        </Dialog>
      )}
      {open.value === 'off' && <TurnOffDialog onClose={close} />}
      {open.value === 'codes' && <NewCodesDialog hasApp={now?.totp ?? false} onClose={close} />}
    </Section>
  )
}
