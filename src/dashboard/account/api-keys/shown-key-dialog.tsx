import type { NewApiKeyView } from '../../../contract/api-key'
import { CopyButton } from '../../parts/copy-button'
import { Dialog } from '../../parts/dialog'
import { Notice } from '../../parts/notice'

interface ShownKeyDialogProps {
  apiKey: NewApiKeyView
  onClose: () => void
}

/** Shows a key the only time that the server does. It is closed by its button alone, lest Escape loses the key. */
export const ShownKeyDialog = ({ apiKey, onClose }: ShownKeyDialogProps) => (
  <Dialog title={`Key of ${apiKey.name}`}>
    <Notice tone="wait">Copy it now: it is not shown again.</Notice>
    <code class="secret">{apiKey.key}</code>
    <footer class="actions">
      <CopyButton text={apiKey.key} />
      <button class="button" type="button" onClick={onClose}>
        Done
      </button>
    </footer>
  </Dialog>
)
