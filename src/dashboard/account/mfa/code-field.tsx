import type { Signal } from '@preact/signals'
import { t } from '../../languages/factors'
import { TextField } from '../../parts/text-field'
import { isWrongCode } from './explain-mfa'

interface CodeFieldProps {
  value: Signal<string>
  /** Why the form was refused, if it was. */
  failure: Signal<unknown>
  hint?: string
}

/** A code of an authenticator app, or a recovery code. Reports a wrong one. */
export const CodeField = ({ value, failure, hint = t.sixDigitsOfThe }: CodeFieldProps) => (
  <TextField
    label={t.code}
    value={value}
    autocomplete="one-time-code"
    maxLength={64}
    fault={isWrongCode(failure.value) ? t.isWrongOrWas : undefined}
    hint={hint}
  />
)
