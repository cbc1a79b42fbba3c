import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { t } from '../languages/shared'
import { go } from '../routing'
import { Dialog } from './dialog'
import { useTypedGuard } from './typed'

/** A page with forms: text typed into them is not lost unasked. */
export function GuardedPage({ class: name, children }: { class: string; children: ComponentChildren }) {
  const element = useRef<HTMLDivElement>(null)
  const { ask, discard } = useTypedGuard(element, (address) => go(address || '#/'))
  const stay = () => {
    ask.value = false
  }
  return (
    <div ref={element} class={name}>
      {children}
      {ask.value && (
        <Dialog title={t.leaveWithoutWhatYou} onClose={stay}>
          <footer class="actions">
            <button class="button primary" type="button" autofocus onClick={stay}>
              {t.goOnTyping}
            </button>
            <button class="button" type="button" onClick={discard}>
              {t.discardIt}
            </button>
          </footer>
        </Dialog>
      )}
    </div>
  )
}
