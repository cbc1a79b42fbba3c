import type { Signal } from '@preact/signals'
import { t } from '../languages/account'
import { TextField } from '../parts/text-field'
import { isWrongPassword } from './mfa/explain-mfa'

interface PasswordFieldProps {
  value: Signal<string>
  /** Why the form was refused, if it was. */
  failure: Signal<unknown>
  label?: string
  focused?: boolean
}

/** The user's present password, which confirms a change of the account. Reports a wrong one. */
export const PasswordField = ({
  value,
  failure,
  label = t.yourPassword,
  focused = false,
}: PasswordFieldProps) => (
  <TextField
    label={label}
    type="password"
    autocomplete="current-password"
    value={value}
    focused={focused}
    fault={isWrongPassword(failure.value) ? t.isWrong : undefined}
  />
)
