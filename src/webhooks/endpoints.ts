import type { Webhook } from '#prisma'
import { type SecretBox, UnknownKey } from '../accounts/mfa/secret-box.js'
import type { Db } from '../db/db.js'
import { type Endpoint, now, type Secret } from './delivery/endpoint.js'
import { longestPauseAfter } from './retries.js'
import { typesOf } from './view.js'

/** Decrypts the secrets of a webhook: the current one first. @throws UnknownKey */
export function loadSecrets(box: SecretBox, row: Webhook, at: number): Secret[] {
  const { id, secret, keyId, previousSecret, previousKeyId, previousUntil } = row
  const secrets: Secret[] = [{ text: box.open({ keyId, text: secret }, id) }]
  const leftMs = (previousUntil?.getTime() ?? 0) - at
  if (previousSecret !== null && previousKeyId !== null && leftMs > 0) {
    const text = box.open({ keyId: previousKeyId, text: previousSecret }, id)
    secrets.push({ text, until: now() + leftMs })
  }
  return secrets
}

export interface EndpointOptions {
  db: Db
  box: SecretBox
  /** Called for a webhook whose secret was encrypted with a key that is not set. It is not delivered to. */
  onLostSecret(id: string): void
}

/** Reads the enabled webhooks, with their secrets. */
export async function loadEndpoints({ db, box, onLostSecret }: EndpointOptions): Promise<Endpoint[]> {
  const at = await db.dialect.now(db.read)
  const rows = await db.read.webhook.findMany({ where: { disabledAt: null } })
  return rows.flatMap((row): Endpoint[] => {
    const { id, generation, url, types, position, failures, nextAttemptAt } = row
    try {
      const secrets = loadSecrets(box, row, at)
      const waitMs = (nextAttemptAt?.getTime() ?? 0) - at
      return [
        {
          id,
          generation,
          url,
          types: typesOf(types) ?? undefined,
          secrets,
          position: Number(position),
          failures,
          // A clock that was set back makes no wait longer than it was.
          waitMs: Math.min(Math.max(waitMs, 0), longestPauseAfter(failures)),
        },
      ]
    } catch (error) {
      if (!(error instanceof UnknownKey)) throw error
      onLostSecret(id)
      return []
    }
  })
}
