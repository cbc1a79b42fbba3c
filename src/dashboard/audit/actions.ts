import type { AuditEntryView } from '../../contract/audit'
import { roles } from '../../contract/user'
import { t } from '../languages/audit'
import { t as shared } from '../languages/shared'
import { roleNames } from '../people/roles'

const subjects: Record<string, string> = {
  user: t.person,
  key: t.apiKey,
  product: shared.product,
  order: shared.order,
  webhook: t.webhook,
}

/** Texts of coded values, by the name of the detail. */
const codes: Record<string, Record<string, string>> = {
  factor: { totp: t.authenticatorApp, passkey: t.passkey },
  by: { mail: t.mailedLink, operator: t.operator, application: t.application },
}

/** The links to all entries about a subject. */
const allOf: Record<string, string> = {
  user: t.allOfThisPerson,
  key: t.allOfThisKey,
  product: t.allOfThisProduct,
  order: t.allOfThisOrder,
  webhook: t.allOfThisWebhook,
}

export const allOfSubject = (type: string): string => allOf[type] ?? t.allOfThis(type)

export const subjectName = (type: string): string => subjects[type] ?? type

/** The page of an entry's subject in the dashboard, if there is one. */
export function subjectPlace({
  type,
  id,
}: AuditEntryView['subject']): ['people' | 'orders' | 'inventory' | 'webhooks', string] | undefined {
  if (type === 'user') return ['people', id]
  if (type === 'order') return ['orders', id]
  if (type === 'product') return ['inventory', id]
  if (type === 'webhook') return ['webhooks', id]
  return undefined
}

function valueText(name: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return t.none
  if (typeof value === 'boolean') return value ? t.yes : t.no
  if (Array.isArray(value)) return value.map(String).join(', ')
  if (typeof value === 'object') return JSON.stringify(value)
  const role = name === 'role' ? roles.find((each) => each === value) : undefined
  return role ? roleNames()[role] : (codes[name]?.[String(value)] ?? String(value))
}

const isChange = (value: unknown): value is { before: unknown; after: unknown } =>
  typeof value === 'object' && value !== null && 'before' in value && 'after' in value

/** Names and texts of changed values: "Customer → Staff" for `{role: {before, after}}`. */
export const detailTexts = (details: Record<string, unknown>): [name: string, text: string][] =>
  Object.entries(details).map(([name, value]) => [
    name,
    isChange(value)
      ? `${valueText(name, value.before)} → ${valueText(name, value.after)}`
      : valueText(name, value),
  ])
