import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { Notice } from './notice'

/**
 * Returns a component whose code is loaded when it is first shown, and is no part of the page's first load.
 * @param load imports the component
 */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined
  return function Lazy(props: P) {
    const version = useSignal(0)
    const failed = useSignal(false)
    useEffect(() => {
      if (loaded) return
      load().then(
        (component) => {
          loaded = component
          version.value++
        },
        () => {
          failed.value = true
        },
      )
    }, [])
    void version.value // subscribes to the load
    if (loaded) {
      const Loaded = loaded
      return <Loaded {...props} />
    }
    // A new version of the server has other files: a reload finds them.
    return failed.value ? (
      <Notice tone="bad">
        This part of the page could not be loaded.{' '}
        <button class="button small" type="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </Notice>
    ) : (
      <p class="quiet" role="status">
        Loading…
      </p>
    )
  }
}
