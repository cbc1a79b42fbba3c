import type { Signal } from '@preact/signals'
import { TextField } from '../../parts/text-field'
import { isWrongCode } from './explain-mfa'

interface CodeFieldProps {
  value: Signal<string>
  /** Why the form was refused, if it was. */
  failure: Signal<unknown>
  hint?: string
}

/** A code of an authenticator app, or a recovery code. Reports a wrong one. */
export const CodeField = ({
  value,
  failure,
  hint = 'Six digits of the app, or a recovery code.',
}: CodeFieldProps) => (
  <TextField
    label="Code"
    value={value}
    autocomplete="one-time-code"
    maxLength={64}
    fault={isWrongCode(failure.value) ? 'is wrong, or was used already' : undefined}
    hint={hint}
  />
)
