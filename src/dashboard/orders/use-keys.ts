import { useEffect } from 'preact/hooks'
import { bulkSteps, moveSelected } from './bulk/bulk-bar'
import { clearSelection, selectAll, selected, selectTo, toggle } from './bulk/selection'
import type { OrderFeed } from './feed'

/** The keys of the list of orders, as its help shows them. */
export const keys: [string, string][] = [
  ['j, k', 'next and previous order'],
  ['Enter', 'open the order'],
  ['x', 'select the order'],
  ['Shift X', 'select from the last selected order to this one'],
  ['a', 'select all loaded orders'],
  ['c, s, d', 'confirm, ship, deliver the selected orders'],
  ['Esc', 'clear the selection'],
  ['/', 'search'],
  ['?', 'this help'],
]

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('input:not([type=checkbox]), textarea, select, dialog, [contenteditable]') !== null

/** Handles the keys of the list of orders, except where text is typed or a dialog is open. */
export function useKeys(feed: OrderFeed, showHelp: () => void): void {
  useEffect(() => {
    const row = () => {
      const place = document.activeElement?.closest('.rows .row')?.getAttribute('aria-rowindex')
      return place ? feed.at(Number(place) - 2) : undefined
    }
    const actions: Record<string, () => void> = {
      '?': showHelp,
      '/': () => document.querySelector<HTMLElement>('main input[type=search]')?.focus(),
      a: () => selectAll(feed),
      Escape: clearSelection,
      x: () => {
        const order = row()
        if (order) toggle(order)
      },
      X: () => {
        const order = row()
        if (order) selectTo(feed, order)
      },
      j: () => row() ?? document.querySelector<HTMLElement>('.rows .row a')?.focus(),
      k: () => row() ?? document.querySelector<HTMLElement>('.rows .row a')?.focus(),
    }
    for (const { key, to } of bulkSteps)
      if (key) actions[key] = () => selected.value.size > 0 && moveSelected(feed, to)
    const press = (event: KeyboardEvent) => {
      const { key, target, ctrlKey, metaKey, altKey } = event
      if (ctrlKey || metaKey || altKey || event.defaultPrevented || isTyping(target)) return
      if (document.querySelector('dialog[open]')) return
      const act = actions[key]
      if (!act) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [feed])
}
