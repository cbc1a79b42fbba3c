import type { Webhook } from '#prisma'
import type { DisabledReason } from '../contract/disabled-webhook.js'
import type { EventType } from '../contract/events.js'
import type { WebhookView } from '../contract/webhook.js'

/** Returns the types that a column holds; null for all. */
export const typesOf = (column: string | null): EventType[] | null =>
  column === null ? null : (column.split(' ') as EventType[])

/** Returns the column for types, without duplicates. */
export const typesColumn = (types: readonly EventType[] | null | undefined): string | null =>
  types ? [...new Set(types)].toSorted().join(' ') : null

const timeOf = (date: Date | null) => date?.toISOString() ?? null

/** Returns the API's view of a row of `webhooks`, without the secrets. */
export const viewWebhook = (row: Webhook): WebhookView => ({
  id: row.id,
  url: row.url,
  types: typesOf(row.types),
  description: row.description,
  disabled: row.disabledAt !== null,
  disabledReason: row.disabledReason as DisabledReason | null,
  disabledAt: timeOf(row.disabledAt),
  position: Number(row.position),
  failures: row.failures,
  nextAttemptAt: row.disabledAt === null ? timeOf(row.nextAttemptAt) : null,
  lost:
    row.lostFrom === null || row.lostTo === null
      ? null
      : { from: Number(row.lostFrom), to: Number(row.lostTo) },
  previousSecretUntil: timeOf(row.previousUntil),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
