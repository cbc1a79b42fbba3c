import type { Passkey } from '#prisma'
import type { PasskeyView } from '../../contract/passkey.js'

/** Returns the view of a row of `passkeys` for its owner. */
export const viewPasskey = ({ id, name, backedUp, createdAt, lastUsedAt }: Passkey): PasskeyView => ({
  id,
  name,
  backedUp,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
})
