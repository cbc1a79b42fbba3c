import type { ComponentType } from 'preact'
import { useChunk } from './chunk'
import { Notice } from './notice'

/**
 * Returns a component whose code is loaded when it is first shown, and is no part of the page's first load.
 * @param load imports the component
 */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let known: ComponentType<P> | undefined
  const loadBoxed = async () => {
    known ??= await load()
    return { Loaded: known }
  }
  return function Lazy(props: P) {
    const chunk = useChunk(loadBoxed)
    const { Loaded } = chunk.loaded.value ?? { Loaded: known }
    if (Loaded) return <Loaded {...props} />
    return chunk.failed.value ? (
      <ChunkFailure again={chunk.again} />
    ) : (
      <p class="quiet" role="status">
        Loading…
      </p>
    )
  }
}

/** Offers to load code again. A new version of the server has other files: a reload finds them. */
export const ChunkFailure = ({ again }: { again: () => void }) => (
  <Notice tone="bad">
    This part of the page could not be loaded.{' '}
    <button class="button small" type="button" onClick={again}>
      Try again
    </button>{' '}
    <button class="button small" type="button" onClick={() => location.reload()}>
      Reload the page
    </button>
  </Notice>
)
