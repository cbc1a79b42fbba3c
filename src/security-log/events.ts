/**
 * What is told, and at which level. The names are those of OWASP's vocabulary
 * (https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html). `warn` is for what somebody should
 * look at when it comes often, `error` for what somebody should look at.
 */
export const securityEvents = {
  authn_login_success: 'info',
  authn_login_fail: 'warn',
  authn_login_lock: 'warn',
  authn_password_change: 'warn',
  authn_token_revoked: 'info',
  authn_token_reuse: 'error',
  session_use_after_expire: 'info',
  authz_fail: 'warn',
  excess_rate_limit_exceeded: 'warn',
  privilege_permissions_changed: 'warn',
  user_created: 'info',
  sensitive_create: 'info',
  sensitive_update: 'info',
  sensitive_delete: 'info',
} as const satisfies Record<string, 'info' | 'warn' | 'error'>

export type SecurityEvent = keyof typeof securityEvents

/** Events that anybody can cause as often as they like. */
export const boundedEvents: ReadonlySet<SecurityEvent> = new Set<SecurityEvent>([
  'authn_login_fail',
  'authn_login_lock',
  'authz_fail',
  'excess_rate_limit_exceeded',
  'session_use_after_expire',
])
