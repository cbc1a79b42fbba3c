/** From the least to the most powerful. */
export const roles = ['customer', 'staff', 'admin'] as const
export type Role = (typeof roles)[number]

/** The second steps of a sign-in. */
export const mfaMethods = ['totp', 'passkey', 'recovery-code'] as const
export type MfaMethod = (typeof mfaMethods)[number]

/** A user as clients see it: never with the password's hash. */
export interface UserView {
  id: string
  name: string
  email: string
  /** Whether the user has shown to receive mail at the address. */
  emailVerified: boolean
  /** Whether a sign-in takes a second factor: a code of an authenticator app, or a passkey. */
  mfa: boolean
  role: Role
  createdAt: string
  updatedAt: string
}

/** The second factors of a user. */
export interface FactorsView {
  /** Whether codes of an authenticator app are on. */
  totp: boolean
  passkeys: number
  recoveryCodesLeft: number
}

/** A user as managers of users see it. */
export interface ManagedUserView extends UserView {
  /** Whether the user may not sign in. */
  disabled: boolean
  /** The last sign-in or refresh of a session. */
  lastSeenAt: string | null
  /** Number of orders, counted up to 10,000. */
  orders: number
}

/** The body of the answers to a sign-in and a refresh. A browser's lasting tokens are in cookies that no script can read. */
export interface SignedInView {
  user: UserView
  accessToken: string
  /** Seconds until the access token expires. */
  expiresIn: number
}
