import { t } from '../languages/audit-actions.js'

/** Names of the actions of the audit trail. */
const names: Record<string, string> = {
  'user.created': t.accountCreated,
  'user.role-changed': t.roleChanged,
  'user.renamed': t.nameChanged,
  'user.disabled': t.accountDisabled,
  'user.enabled': t.accountEnabled,
  'user.sessions-ended': t.signedOutEverywhere,
  'user.unlocked': t.lockOnGuessesLifted,
  'user.erased': t.accountErased,
  'user.password-changed': t.passwordChanged,
  'user.password-removed': t.passwordRemoved,
  'user.email-verified': t.emailAddressConfirmed,
  'user.email-changed': t.emailAddressChanged,
  'user.factor-added': t.secondFactorAdded,
  'user.factor-removed': t.secondFactorRemoved,
  'user.recovery-codes-replaced': t.recoveryCodesReplaced,
  'key.created': t.apiKeyCreated,
  'key.rotated': t.apiKeyReplaced,
  'key.deleted': t.apiKeyDeleted,
  'webhook.created': t.webhookAdded,
  'webhook.updated': t.webhookChanged,
  'webhook.secret-rotated': t.secretOfAWebhook,
  'webhook.replayed': t.deliveriesRepeated,
  'webhook.disabled': t.webhookDisabled,
  'webhook.deleted': t.webhookDeleted,
  'product.created': t.productAdded,
  'product.updated': t.productChanged,
  'product.stock-adjusted': t.stockAdjusted,
  'product.deleted': t.productDeleted,
  'product.restored': t.productRestored,
  'order.status-changed': t.statusChanged,
  'order.note-changed': t.noteChanged,
  'order.metadata-changed': t.metadataChanged,
}

/** Whether an action has a name of its own. */
export const isNamed = (action: string): boolean => Object.hasOwn(names, action)

/** "Role changed" of `user.role-changed`. An action of a newer server gets the words of its code. */
export function actionName(action: string): string {
  if (isNamed(action)) return names[action] ?? action
  const words = action.slice(action.indexOf('.') + 1).replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
