/** A passkey as its owner sees it. */
export interface PasskeyView {
  id: string
  name: string
  /** Whether it is synced to other devices of its owner. */
  backedUp: boolean
  createdAt: string
  lastUsedAt: string | null
}

/** The answer to the registration of a passkey. */
export interface NewPasskeyView extends PasskeyView {
  /** If it is the first second factor of the user: shown this once. */
  recoveryCodes?: string[]
}
