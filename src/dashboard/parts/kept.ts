import { useMemo } from 'preact/hooks'

interface Kept {
  key: string
  value: unknown
  stop: () => void
}

const kept = new Map<string, Kept>()

/**
 * State of a view that outlives it, such as a loaded list: it is there at once when the person comes back.
 * @param name of the view: of each, one state is kept
 * @param key of the state, such as the filter of the list; another replaces it
 * @param begin makes the state, and gives a function to stop keeping it current
 */
export function useKept<T>(name: string, key: string, begin: () => { value: T; stop: () => void }): T {
  return useMemo(() => {
    const before = kept.get(name)
    if (before?.key === key) return before.value as T
    before?.stop()
    const { value, stop } = begin()
    kept.set(name, { key, value, stop })
    return value
  }, [name, key])
}

/** Drops everything kept, as when the person signs out. */
export function dropKept(): void {
  for (const { stop } of kept.values()) stop()
  kept.clear()
}
