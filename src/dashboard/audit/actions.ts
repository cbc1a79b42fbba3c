import type { AuditEntryView } from '../../contract/audit'
import { roles } from '../../contract/user'
import { roleNames } from '../people/roles'

const subjects: Record<string, string> = {
  user: 'Person',
  key: 'API key',
  product: 'Product',
  order: 'Order',
  webhook: 'Webhook',
}

/** "Role changed" of `user.role-changed`. */
export function actionName(action: string): string {
  const words = action.slice(action.indexOf('.') + 1).replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export const subjectName = (type: string): string => subjects[type] ?? type

/** The place in the dashboard that shows the subject of an entry, if there is one. */
export function subjectPlace({
  type,
  id,
}: AuditEntryView['subject']): ['people' | 'orders' | 'inventory', string] | undefined {
  if (type === 'user') return ['people', id]
  if (type === 'order') return ['orders', id]
  if (type === 'product') return ['inventory', id]
  return undefined
}

function valueText(name: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(String).join(', ')
  if (typeof value === 'object') return JSON.stringify(value)
  const role = name === 'role' ? roles.find((each) => each === value) : undefined
  return role ? roleNames[role] : String(value)
}

const isChange = (value: unknown): value is { before: unknown; after: unknown } =>
  typeof value === 'object' && value !== null && 'before' in value && 'after' in value

/** Names and texts of what has changed: "Customer → Staff" for `{role: {before, after}}`. */
export const detailTexts = (details: Record<string, unknown>): [name: string, text: string][] =>
  Object.entries(details).map(([name, value]) => [
    name,
    isChange(value)
      ? `${valueText(name, value.before)} → ${valueText(name, value.after)}`
      : valueText(name, value),
  ])
