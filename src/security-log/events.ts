/**
 * Security events and their log levels. Names follow OWASP's vocabulary
 * (https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html). `warn` deserves attention when
 * frequent, `error` always.
 */
export const securityEvents = {
  authn_login_success: 'info',
  authn_login_fail: 'warn',
  authn_login_lock: 'warn',
  authn_password_change: 'warn',
  authn_mfa_required: 'info',
  authn_factor_added: 'warn',
  authn_factor_removed: 'warn',
  authn_token_created: 'info',
  authn_token_revoked: 'info',
  authn_token_reuse: 'error',
  session_use_after_expire: 'info',
  authz_fail: 'warn',
  excess_rate_limit_exceeded: 'warn',
  privilege_permissions_changed: 'warn',
  user_created: 'info',
  user_updated: 'info',
  user_deleted: 'warn',
  sensitive_create: 'info',
  sensitive_read: 'info',
  sensitive_update: 'info',
  sensitive_delete: 'info',
} as const satisfies Record<string, 'info' | 'warn' | 'error'>

export type SecurityEvent = keyof typeof securityEvents

/** Events anybody can trigger at will, so they are rate-limited. */
export const boundedEvents: ReadonlySet<SecurityEvent> = new Set<SecurityEvent>([
  'authn_login_fail',
  'authn_login_lock',
  'authz_fail',
  'excess_rate_limit_exceeded',
  'session_use_after_expire',
])
