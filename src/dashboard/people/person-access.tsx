import { useSignal } from '@preact/signals'
import type { ManagedUserView } from '../../contract/user'
import { call } from '../api/call'
import { t } from '../languages/people'
import { useAction } from '../parts/action'
import { Notice } from '../parts/notice'
import { Progress } from '../parts/progress'
import type { PersonControlProps } from './person-control'

/** Disables and enables an account, ends its sessions, and lifts a lock. All of these are safe to repeat. */
export function PersonAccess({ person, onChanged }: PersonControlProps) {
  const done = useSignal<string | undefined>(undefined)
  const isSure = useSignal(false)
  const action = useAction()
  const { busy, run } = action
  const path = `/users/${person.id}`

  const act = async (said: string, work: Parameters<typeof run>[0]) => {
    done.value = undefined
    if (await run(work)) done.value = said
    isSure.value = false
  }
  const setDisabled = (disabled: boolean) =>
    act(disabled ? t.theAccountIsDisabled : t.theAccountIsEnabled, async (retryOptions) => {
      const options = { body: { disabled }, idempotent: true, ...retryOptions }
      onChanged((await call<ManagedUserView>('PATCH', path, options)).body)
    })
  const endSessions = () =>
    act(t.allTheirSessionsHave, (retryOptions) =>
      call('DELETE', `${path}/sessions`, { idempotent: true, ...retryOptions }),
    )
  const unlock = () =>
    act(t.theyMayTryTheir, (retryOptions) =>
      call('POST', `${path}/unlock`, { idempotent: true, ...retryOptions }),
    )

  return (
    <section class="part" aria-labelledby="access-title">
      <h3 id="access-title">{t.access}</h3>
      <Progress action={action} />
      {done.value && <Notice tone="good">{done.value}</Notice>}
      <div class="actions">
        <button class="button" type="button" aria-disabled={busy.value} onClick={endSessions}>
          {t.endSessions}
        </button>
        <button class="button" type="button" aria-disabled={busy.value} onClick={unlock}>
          {t.unlockSignIn}
        </button>
        {person.disabled ? (
          <button
            class="button"
            type="button"
            aria-disabled={busy.value}
            onClick={() => void setDisabled(false)}
          >
            {t.enableAccount}
          </button>
        ) : (
          <button
            class="button"
            type="button"
            aria-expanded={isSure.value}
            aria-disabled={busy.value}
            onClick={() => (isSure.value = !isSure.value)}
          >
            {t.disableAccount}
          </button>
        )}
        {isSure.value && !person.disabled && (
          <>
            <p>{t.theyAreSignedOut}</p>
            <button
              class="button danger"
              type="button"
              aria-disabled={busy.value}
              onClick={() => void setDisabled(true)}
            >
              {t.disableTheAccount}
            </button>
          </>
        )}
      </div>
    </section>
  )
}
