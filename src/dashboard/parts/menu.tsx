import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface MenuProps {
  label: string
  /** Links and buttons. */
  children: ComponentChildren
}

/** A button with a menu of further actions. It closes when one is chosen, by Escape, and when the focus leaves it. */
export function Menu({ label, children }: MenuProps) {
  const element = useRef<HTMLDetailsElement>(null)
  const close = () => element.current?.removeAttribute('open')
  useEffect(() => {
    const press = ({ target }: PointerEvent) => {
      if (target instanceof Node && !element.current?.contains(target)) close()
    }
    document.addEventListener('pointerdown', press)
    return () => document.removeEventListener('pointerdown', press)
  }, [])
  const leave = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof Node && !element.current?.contains(relatedTarget)) close()
  }
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !element.current?.open) return
    event.stopPropagation()
    close()
    element.current.querySelector('summary')?.focus()
  }
  return (
    <details class="menu" ref={element} onFocusOut={leave} onKeyDown={press}>
      <summary class="button">{label}</summary>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the chosen link or button handles the click */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: and the keys */}
      <div class="menu-items" onClick={close}>
        {children}
      </div>
    </details>
  )
}
