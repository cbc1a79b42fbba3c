import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { FactorsView, UserView } from '../../../contract/user'
import { call } from '../../api/call'
import { t } from '../../languages/factors'
import { useAction } from '../../parts/action'
import { Dialog } from '../../parts/dialog'
import { LoadFailure, Notice } from '../../parts/notice'
import { Section } from '../../parts/section'
import { NewCodesDialog } from './new-codes-dialog'
import { TurnOffDialog } from './turn-off-dialog'
import { TurnOn } from './turn-on'

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
  // A change of factors renews the session, which reloads the user.
  useEffect(load, [user])
  const close = () => {
    open.value = undefined
    isKept.value = false
    load()
  }
  const now = factors.value
  return (
    <Section title={t.twoStepSignIn}>
      <p>{user.mfa ? t.onWhoeverKnowsYour : t.offWhoeverKnowsYour}</p>
      {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
      <LoadFailure failure={loading.failure.value} again={load} />
      {now && user.mfa && <p>{t.codesLeft(now.recoveryCodesLeft)}</p>}
      {now && (
        <footer class="actions">
          {!now.totp && (
            <button
              class={user.mfa ? 'button' : 'button primary'}
              type="button"
              onClick={() => (open.value = 'on')}
            >
              {t.setUpAnApp}
            </button>
          )}
          {user.mfa && (
            <button class="button" type="button" onClick={() => (open.value = 'codes')}>
              {t.newRecoveryCodes2}
            </button>
          )}
          {now.totp && (
            <button class="button" type="button" onClick={() => (open.value = 'off')}>
              {t.turnCodesOff2}
            </button>
          )}
        </footer>
      )}
      {open.value === 'on' && (
        <Dialog title={t.twoStepSignIn} {...(!isKept.value && { onClose: close })}>
          <TurnOn onShown={() => (isKept.value = true)} onDone={close} />
        </Dialog>
      )}
      {open.value === 'off' && <TurnOffDialog onClose={close} />}
      {open.value === 'codes' && <NewCodesDialog hasApp={now?.totp ?? false} onClose={close} />}
    </Section>
  )
}
