import type { Signal } from '@preact/signals'

interface FieldProps {
  label: string
  name: string
  value: Signal<string>
  /** Validation error, shown after the first attempt to save. */
  fault: string | undefined
  hint?: string | undefined
  numeric?: boolean
  focused?: boolean
}

/** Input of the form of a product. */
export function ProductField({
  label,
  name,
  value,
  fault,
  hint,
  numeric = false,
  focused = false,
}: FieldProps) {
  const help = `${name}-help`
  const text = fault ?? hint
  return (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        inputMode={numeric ? 'decimal' : 'text'}
        autocomplete="off"
        maxLength={200}
        autofocus={focused}
        aria-invalid={fault !== undefined}
        aria-describedby={text === undefined ? undefined : help}
        value={value}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
      {text !== undefined && <small id={help}>{text}</small>}
    </label>
  )
}
