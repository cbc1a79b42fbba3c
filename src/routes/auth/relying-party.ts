import type { FastifyRequest } from 'fastify'
import { AuthnFailure } from '../../accounts/authn-failure.js'
import type { Party } from '../../accounts/passkeys/ceremonies.js'
import { invalidPasskey } from '../../errors.js'

/** Logs the cause, which the client does not get: a setting may lack the origin. */
const foreignPage = () => invalidPasskey(new AuthnFailure({ reason: 'wrong-origin' }))

/** Returns the origin of the page behind `clientDataJSON`; undefined if it has none. */
function pageOf(clientDataJSON: string): string | undefined {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())
    const { origin } = data as { origin?: unknown }
    return typeof origin === 'string' && URL.canParse(origin) ? origin : undefined
  } catch {
    return undefined
  }
}

/**
 * Returns the relying party of a ceremony beginning with `request`.
 * @throws Problem `invalid-passkey` for a page of a foreign origin
 */
export function partyOfPage({ server, raw }: FastifyRequest): Party {
  const party = server.forwarding.relyingParty(raw)
  if (!party) throw foreignPage()
  return party
}

/**
 * Returns the relying party of a ceremony ending with `request`, by the browser's signed data.
 * @throws Problem `invalid-passkey` for a page of a foreign origin
 */
export function partyOfAnswer({ server, raw }: FastifyRequest, clientDataJSON: string): Party {
  const page = pageOf(clientDataJSON)
  const party = page === undefined ? undefined : server.forwarding.relyingParty(raw, page)
  if (!party) throw foreignPage()
  return party
}
