import type { EventActor } from './events.js'

/** An entry of the audit trail: author, change and time. */
export interface AuditEntryView {
  id: string
  at: string
  /** `name` is that of today: null for the system, and for a key that is gone; `Deleted user` after an erasure. */
  actor: EventActor & { name: string | null }
  /** As `user.role-changed`. */
  action: string
  subject: { type: string; id: string }
  /** Values that tell what has changed, as `{role: {before, after}}`. */
  details: Record<string, unknown>
  /** The request that made the change; null without one. */
  requestId: string | null
}
