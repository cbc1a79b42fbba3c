import type { ApiKeyView } from '../../../contract/api-key'
import { call } from '../../api/call'
import { Refused } from '../../api/failures'
import { t } from '../../languages/account'
import { t as shared } from '../../languages/shared'
import { useAction } from '../../parts/action'
import { Dialog } from '../../parts/dialog'
import { Progress } from '../../parts/progress'

interface DeleteKeyDialogProps {
  apiKey: ApiKeyView
  onDeleted: () => void
  onClose: () => void
}

/** Deletes a key after a confirmation. Safe to retry: a deleted key is a 404. */
export function DeleteKeyDialog({ apiKey, onDeleted, onClose }: DeleteKeyDialogProps) {
  const action = useAction()
  const { busy, run } = action
  const remove = async () => {
    const isDone = await run(async (retryOptions) => {
      try {
        await call('DELETE', `/api-keys/${apiKey.id}`, { idempotent: true, ...retryOptions })
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 404) throw error
      }
    })
    if (!isDone) return
    onDeleted()
    onClose()
  }
  return (
    <Dialog title={t.remove2(apiKey.name)} onClose={onClose}>
      <p>{t.programsThatUseThis}</p>
      <Progress action={action} />
      <footer class="actions">
        <button class="button danger" type="button" aria-disabled={busy.value} onClick={() => void remove()}>
          {busy.value ? t.deleting : t.deleteTheKey}
        </button>
        <button class="button" type="button" autofocus onClick={onClose}>
          {shared.keepIt}
        </button>
      </footer>
    </Dialog>
  )
}
