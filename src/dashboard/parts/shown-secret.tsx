import { t } from '../languages/shared'
import { CopyButton } from './copy-button'
import { Dialog } from './dialog'
import { Notice } from './notice'

interface ShownSecretProps {
  title: string
  secret: string
  onClose: () => void
}

/** Shows a secret; the server never does again. It is closed by its button alone, lest Escape loses the secret. */
export const ShownSecret = ({ title, secret, onClose }: ShownSecretProps) => (
  <Dialog title={title}>
    <Notice tone="wait">{t.copyItNowIt}</Notice>
    <code class="secret">{secret}</code>
    <footer class="actions">
      <CopyButton text={secret} />
      <button class="button" type="button" onClick={onClose}>
        {t.done}
      </button>
    </footer>
  </Dialog>
)
