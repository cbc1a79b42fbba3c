import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { setQuery } from '../routing'

const DEBOUNCE_MS = 200

interface SearchBoxProps {
  label: string
  /** The parameter of the view's query for the text. */
  name: string
  value: string
  maxLength?: number
}

const toList = (event: KeyboardEvent) => {
  if (event.key !== 'ArrowDown') return
  event.preventDefault()
  document.querySelector<HTMLElement>('main .rows .row a')?.focus()
}

/** Search field of a view, applied shortly after the last key. The arrow down leads to the first row of its list. */
export function SearchBox({ label, name, value, maxLength = 200 }: SearchBoxProps) {
  const text = useSignal(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const input = useRef<HTMLInputElement>(null)
  // The address may change without typing, as by Back or a link.
  useEffect(() => {
    if (document.activeElement !== input.current) text.value = value
  }, [value])
  const search = (typed: string) => {
    text.value = typed
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setQuery({ [name]: typed.trim() }), DEBOUNCE_MS)
  }
  return (
    <input
      ref={input}
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      maxLength={maxLength}
      onInput={(event) => search(event.currentTarget.value)}
      onKeyDown={toList}
    />
  )
}
