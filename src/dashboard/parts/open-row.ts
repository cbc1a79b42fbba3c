/**
 * A click anywhere in a row follows the row's link. Not a link over the row: its texts could not be selected then, nor
 * hold links of their own.
 */
export function openRow(event: MouseEvent): void {
  const { target } = event
  if (!(target instanceof Element) || target.closest('a, button, input, label')) return
  const link = target.closest('.row')?.querySelector<HTMLAnchorElement>('a:not(.button)')
  if (!link || !document.getSelection()?.isCollapsed) return
  const { ctrlKey, metaKey, shiftKey } = event
  link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }))
}
