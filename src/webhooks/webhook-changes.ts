import type { Prisma, Webhook } from '#prisma'
import { type AuditRecord, differences } from '../audit/record-audit.js'
import type { EventType } from '../contract/events.js'
import { typesColumn } from './view.js'

/** Changes of the columns of a webhook. */
export type ColumnChanges = Prisma.WebhookUpdateManyMutationInput

export interface WebhookChanges {
  /** Normalised. */
  url?: string | undefined
  types?: readonly EventType[] | null | undefined
  description?: string | null | undefined
  disabled?: boolean | undefined
}

/** Returns the beginning of a URL, for the audit trail: the rest may be secret. */
export const originOfUrl = (url: string) => new URL(url).origin

/**
 * Returns the columns of `row` that `changes` change. A webhook that is enabled again continues where it was, or after the
 * events that were lost.
 */
export function columnsOf(row: Webhook, changes: WebhookChanges, at: Date): ColumnChanges {
  const { url = row.url, description = row.description } = changes
  const types = changes.types === undefined ? row.types : typesColumn(changes.types)
  const wasDisabled = row.disabledAt !== null
  const { disabled = wasDisabled } = changes
  const isEnabled = wasDisabled && !disabled
  // What is in progress counts for a webhook that is being disabled.
  const isRestarted = isEnabled || types !== row.types || url !== row.url
  const lostTo = row.disabledReason === 'events-lost' ? (row.lostTo ?? 0n) : 0n
  return {
    url,
    types,
    description,
    ...(isRestarted && { generation: { increment: 1 }, failures: 0, nextAttemptAt: null }),
    ...(disabled && !wasDisabled && { disabledAt: at, disabledReason: 'admin' }),
    ...(isEnabled && {
      disabledAt: null,
      disabledReason: null,
      position: lostTo > row.position ? lostTo : row.position,
    }),
    updatedAt: at,
  }
}

const factsOf = ({ url, types, disabledAt }: Webhook) => ({
  url: originOfUrl(url),
  types,
  disabled: disabledAt !== null,
})

/** Returns the details of an audit entry for the change of a webhook. */
export const changeDetails = (before: Webhook, after: Webhook): NonNullable<AuditRecord['details']> => ({
  ...differences(factsOf(before), factsOf(after)),
  ...(after.url !== before.url && { urlChanged: true }),
  ...(after.description !== before.description && { descriptionChanged: true }),
})
