/** Names of the actions of the audit trail. */
const names: Record<string, string> = {
  'user.created': 'Account created',
  'user.role-changed': 'Role changed',
  'user.renamed': 'Name changed',
  'user.disabled': 'Account disabled',
  'user.enabled': 'Account enabled',
  'user.sessions-ended': 'Signed out everywhere',
  'user.unlocked': 'Lock on guesses lifted',
  'user.erased': 'Account erased',
  'user.password-changed': 'Password changed',
  'user.password-removed': 'Password removed',
  'user.email-verified': 'Email address confirmed',
  'user.email-changed': 'Email address changed',
  'user.factor-added': 'Second factor added',
  'user.factor-removed': 'Second factor removed',
  'user.recovery-codes-replaced': 'Recovery codes replaced',
  'key.created': 'API key created',
  'key.rotated': 'API key replaced',
  'key.deleted': 'API key deleted',
  'webhook.created': 'Webhook added',
  'webhook.updated': 'Webhook changed',
  'webhook.secret-rotated': 'Secret of a webhook replaced',
  'webhook.replayed': 'Deliveries repeated',
  'webhook.disabled': 'Webhook disabled',
  'webhook.deleted': 'Webhook deleted',
  'product.created': 'Product added',
  'product.updated': 'Product changed',
  'product.stock-adjusted': 'Stock adjusted',
  'product.deleted': 'Product deleted',
  'order.status-changed': 'Status changed',
  'order.note-changed': 'Note changed',
}

/** Whether an action has a name of its own. */
export const isNamed = (action: string): boolean => Object.hasOwn(names, action)

/** "Role changed" of `user.role-changed`. An action of a newer server gets the words of its code. */
export function actionName(action: string): string {
  if (isNamed(action)) return names[action] ?? action
  const words = action.slice(action.indexOf('.') + 1).replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
