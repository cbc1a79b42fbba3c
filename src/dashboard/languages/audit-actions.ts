import { translated } from './language.js'

const english = {
  accountCreated: 'Account created',
  roleChanged: 'Role changed',
  nameChanged: 'Name changed',
  accountDisabled: 'Account disabled',
  accountEnabled: 'Account enabled',
  signedOutEverywhere: 'Signed out everywhere',
  lockOnGuessesLifted: 'Lock on guesses lifted',
  accountErased: 'Account erased',
  passwordChanged: 'Password changed',
  passwordRemoved: 'Password removed',
  emailAddressConfirmed: 'Email address confirmed',
  emailAddressChanged: 'Email address changed',
  secondFactorAdded: 'Second factor added',
  secondFactorRemoved: 'Second factor removed',
  recoveryCodesReplaced: 'Recovery codes replaced',
  apiKeyCreated: 'API key created',
  apiKeyReplaced: 'API key replaced',
  apiKeyDeleted: 'API key deleted',
  webhookAdded: 'Webhook added',
  webhookChanged: 'Webhook changed',
  secretOfAWebhook: 'Secret of a webhook replaced',
  deliveriesRepeated: 'Deliveries repeated',
  webhookDisabled: 'Webhook disabled',
  webhookDeleted: 'Webhook deleted',
  productAdded: 'Product added',
  productChanged: 'Product changed',
  stockAdjusted: 'Stock adjusted',
  productDeleted: 'Product deleted',
  productRestored: 'Product restored',
  statusChanged: 'Status changed',
  noteChanged: 'Note changed',
  metadataChanged: 'Metadata changed',
}
export type AuditActionsTexts = typeof english

export const t = translated('audit-actions', english)
