import { t } from './languages/shell'
import { orderKeys } from './orders/use-keys'
import { pageKeys } from './page-keys'
import { Dialog } from './parts/dialog'
import type { ViewName } from './routing'

interface KeysHelpProps {
  view: ViewName
  /** Those of the menu, in its order. */
  views: ViewName[]
  onClose: () => void
}

/** The keys of a view. */
export const KeysHelp = ({ view, views, onClose }: KeysHelpProps) => (
  <Dialog title={t.keys} onClose={onClose}>
    <dl class="facts">
      {[...(view === 'orders' ? orderKeys() : []), ...pageKeys(views)].map(([key, meaning]) => (
        <>
          <dt key={key}>
            <kbd>{key}</kbd>
          </dt>
          <dd key={meaning}>{meaning}</dd>
        </>
      ))}
    </dl>
  </Dialog>
)
