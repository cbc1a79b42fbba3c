import type { ComponentType } from 'preact'
import { t } from '../languages/shared'
import { useChunk } from './chunk'
import { Notice } from './notice'

const noop = () => undefined

/** A component whose code is loaded on demand. */
export type Lazy<P extends object> = ComponentType<P> & {
  /** Loads the code ahead. A failure is left to the component, which tries again once it is shown. */
  preload(): Promise<void>
}

/**
 * Returns a component whose code is loaded when it is first shown, or ahead by `preload`, and is no part of the first load.
 * @param load imports the component
 * @param title of a view, which is shown meanwhile
 */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>, title?: () => string): Lazy<P> {
  let known: ComponentType<P> | undefined
  const loadBoxed = async () => {
    known ??= await load()
    return { Loaded: known }
  }
  function Loading(props: P) {
    const chunk = useChunk(loadBoxed)
    const { Loaded } = chunk.loaded.value ?? { Loaded: known }
    if (Loaded) return <Loaded {...props} />
    return (
      <>
        {title && (
          <header class="bar">
            <h1>{title()}</h1>
          </header>
        )}
        {chunk.failed.value ? (
          <ChunkFailure again={chunk.again} />
        ) : (
          <p class="quiet" role="status" data-coming={title ? '' : undefined}>
            {t.loading}
          </p>
        )}
      </>
    )
  }
  return Object.assign(Loading, { preload: () => loadBoxed().then(noop, noop) })
}

/** Offers to load code again. A new version of the server has other files: a reload finds them. */
export const ChunkFailure = ({ again }: { again: () => void }) => (
  <Notice tone="bad">
    {t.thisPartOfThe}{' '}
    <button class="button small" type="button" onClick={again}>
      {t.tryAgain}
    </button>{' '}
    <button class="button small" type="button" onClick={() => location.reload()}>
      {t.reloadThePage}
    </button>
  </Notice>
)
