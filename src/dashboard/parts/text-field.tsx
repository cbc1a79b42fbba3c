import type { Signal } from '@preact/signals'
import type { ComponentChildren, InputHTMLAttributes } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'

interface TextFieldProps {
  label: string
  value: Signal<string>
  type?: 'text' | 'email' | 'password' | 'date'
  autocomplete?: string
  /** The fault of the text, as the end of a sentence beginning with the label. */
  fault?: string | undefined
  hint?: ComponentChildren
  maxLength?: number
  inputMode?: 'numeric' | 'decimal'
  focused?: boolean
  min?: string
  required?: boolean
  /** The text that is kept already, which nothing is lost of. */
  saved?: string
}

/** Labelled input with a hint, or with its fault in place of the hint. */
export function TextField({ label, value, fault, hint, focused = false, saved, ...rest }: TextFieldProps) {
  const help = useId()
  const input = useRef<HTMLInputElement>(null)
  // A dialog heeds the attribute; a field added to a page later does not.
  useLayoutEffect(() => {
    if (focused) input.current?.focus()
  }, [])
  const isWrong = fault !== undefined
  return (
    <label class="field">
      <span>{label}</span>
      <input
        ref={input}
        type="text"
        autocomplete="off"
        {...(rest as InputHTMLAttributes)}
        autofocus={focused}
        aria-invalid={isWrong}
        aria-describedby={isWrong || hint ? help : undefined}
        value={value}
        data-saved={saved}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
      {(isWrong || hint) && <small id={help}>{isWrong ? `${label} ${fault}.` : hint}</small>}
    </label>
  )
}
