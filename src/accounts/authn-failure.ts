/** The known details of a failed sign-in or refresh. */
export interface FailureDetails {
  userId?: string | undefined
  sessionId?: string
  /** The email address as submitted. */
  email?: string
  reason:
    | 'wrong-password'
    | 'wrong-code'
    | 'wrong-passkey'
    | 'unknown-passkey'
    | 'wrong-origin'
    | 'unknown-account'
    | 'locked'
    | 'too-many-failures'
    | 'unknown-token'
    | 'token-reuse'
    | 'used-up'
}

/** The cause of an authentication Problem. Its details go only to the log; the client sees less. */
export class AuthnFailure extends Error {
  override name = 'AuthnFailure'
  readonly details: FailureDetails

  constructor(details: FailureDetails) {
    super(details.reason)
    this.details = details
  }
}
