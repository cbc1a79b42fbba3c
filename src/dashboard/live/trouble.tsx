import { t } from '../languages/live'
import { Notice } from '../parts/notice'
import { refreshTrouble } from '../session/session'
import { streamTrouble } from './stream'

/** Says why live changes have stopped, where it is more than a connection that is opened again. */
export function LiveTrouble() {
  const trouble = refreshTrouble.value ?? streamTrouble.value
  if (trouble === undefined) return null
  return <Notice tone="wait">{t.noLiveChangesTrying(trouble)}</Notice>
}
