const FOCUSABLE = 'button, [href], input, select, textarea'

/**
 * Keeps the focus within `dialog` when the focused control is removed, as a button after its click: the focus goes to
 * the first control of what was around it.
 * @returns a function to stop
 */
export function keepFocus(dialog: HTMLElement): () => void {
  let around: Element[] = []
  const note = ({ target }: FocusEvent) => {
    around = []
    for (let element = target as Element | null; element; element = element.parentElement)
      around.push(element)
  }
  const observer = new MutationObserver(() => {
    if (document.activeElement !== document.body || around[0]?.isConnected) return
    for (const element of around) {
      const next =
        element.isConnected && dialog.contains(element) && element.querySelector<HTMLElement>(FOCUSABLE)
      if (next) return next.focus()
    }
  })
  dialog.addEventListener('focusin', note)
  observer.observe(dialog, { childList: true, subtree: true })
  return () => {
    observer.disconnect()
    dialog.removeEventListener('focusin', note)
  }
}
