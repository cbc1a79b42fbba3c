import { t } from './languages/shell'
import { focusSearch } from './parts/focus-search'
import { undoLast } from './parts/held'
import { useShortcuts } from './parts/shortcuts'
import { follow, type ViewName } from './routing'

const ACCOUNT_KEY = '0'

/** The keys of every view, as the help shows them. @param views those of the menu, in its order */
export const pageKeys = (views: ViewName[]): [string, string][] => [
  ['/, Ctrl K', t.search],
  ['↓', t.fromTheSearchTo],
  [`1 – ${views.length}`, t.theViewsOfThe],
  [ACCOUNT_KEY, t.account],
  ['z', t.undoWhatIsHeld],
  ['?', t.thisHelp],
]

/** Handles the keys of every view. */
export function usePageKeys(views: ViewName[], showHelp: () => void): void {
  useShortcuts(
    () => ({
      ...Object.fromEntries(views.map((view, i) => [String(i + 1), () => follow(`#/${view}`)])),
      [ACCOUNT_KEY]: () => follow('#/account'),
      '/': focusSearch,
      'Ctrl+k': focusSearch,
      '?': showHelp,
      z: undoLast,
    }),
    [views.join()],
  )
}
