import { Dialog } from '../parts/dialog'
import { keys } from './use-keys'

/** The keys of the list of orders. */
export const KeysHelp = ({ onClose }: { onClose: () => void }) => (
  <Dialog title="Keys" onClose={onClose}>
    <dl class="facts">
      {keys.map(([key, meaning]) => (
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
