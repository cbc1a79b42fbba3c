import { useEffect } from 'preact/hooks'

/** Actions by the `key` of their keyboard event, `Ctrl+` before it where Ctrl or Command is held. */
export type Shortcuts = Record<string, (() => unknown) | undefined>

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]') !== null

/** Handles keys, except in dialogs, and single letters where text is typed. @param inputs what the actions depend on */
export function useShortcuts(shortcuts: () => Shortcuts, inputs: unknown[]): void {
  useEffect(() => {
    const actions = shortcuts()
    const press = (event: KeyboardEvent) => {
      const { key, target, ctrlKey, metaKey, altKey } = event
      const isModified = ctrlKey || metaKey
      if (altKey || event.defaultPrevented || (!isModified && isTyping(target))) return
      if (document.querySelector('dialog[open]')) return
      const act = actions[isModified ? `Ctrl+${key}` : key]
      if (!act) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, inputs)
}
