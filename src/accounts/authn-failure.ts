/** Whose sign-in or refresh failed, and why, as far as is known. */
export interface FailureDetails {
  userId?: string
  sessionId?: string
  /** The address that was typed. */
  email?: string
  reason: 'wrong-password' | 'unknown-account' | 'locked' | 'unknown-token' | 'token-reuse' | 'used-up'
}

/** The cause of a Problem that says less to the client: what is noted of it is for the log alone. */
export class AuthnFailure extends Error {
  override name = 'AuthnFailure'
  readonly details: FailureDetails

  constructor(details: FailureDetails) {
    super(details.reason)
    this.details = details
  }
}
