import { useSignal } from '@preact/signals'
import { t } from '../languages/session'
import { Notice } from '../parts/notice'
import { signInWithPasskey } from './session'
import { explainSignIn } from './sign-in-failure'

/** Whether the person closed the browser's question, or let it time out. */
const isDeclined = (error: unknown) =>
  error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError')

function messageFor(error: unknown): string {
  if (isDeclined(error)) return t.noPasskeyWasUsed
  if (error instanceof Error && error.name === 'SecurityError') return t.browsersBindPasskeysTo
  return explainSignIn(error)
}

/** Signs in with a passkey, where the browser has them: over HTTPS, and on localhost. */
export function PasskeyButton() {
  const failure = useSignal<string | undefined>(undefined)
  const busy = useSignal(false)
  const begin = async () => {
    if (busy.value) return
    busy.value = true
    failure.value = undefined
    try {
      await signInWithPasskey()
    } catch (error) {
      busy.value = false
      failure.value = messageFor(error)
    }
  }
  if (!('PublicKeyCredential' in window)) return null
  return (
    <>
      {failure.value && <Notice tone="bad">{failure.value}</Notice>}
      <button class="button wide" type="button" aria-disabled={busy.value} onClick={() => void begin()}>
        {busy.value ? t.waitingForThePasskey : t.signInWithA}
      </button>
    </>
  )
}
