import type { WebhookWrites } from '../webhook-progress.js'
import { datetime, ID } from './values.js'

const SAVE = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', generation INT PATH '$[1]', position BIGINT PATH '$[2]', failures INT PATH '$[3]',
    next_attempt_at DATETIME(3) PATH '$[4]')) AS made
  STRAIGHT_JOIN webhooks FORCE INDEX (PRIMARY) ON webhooks.id = made.id
  SET webhooks.position = made.position, webhooks.failures = made.failures,
      webhooks.next_attempt_at = made.next_attempt_at
  WHERE webhooks.generation = made.generation`

const INSERT = `
  INSERT IGNORE INTO webhook_attempts (id, webhook_id, attempts, created_at)
  SELECT made.id, webhooks.id, made.attempts, made.created_at
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    id ${ID} PATH '$[0]', webhook_id ${ID} PATH '$[1]', attempts MEDIUMTEXT PATH '$[2]',
    created_at DATETIME(3) PATH '$[3]')) AS made
  STRAIGHT_JOIN webhooks FORCE INDEX (PRIMARY) ON webhooks.id = made.webhook_id`

export const webhooks: WebhookWrites = {
  async saveProgress(tx, rows) {
    const values = rows.map(({ nextAttemptAt, ...row }) => [
      row.id,
      row.generation,
      row.position,
      row.failures,
      nextAttemptAt === null ? null : datetime(nextAttemptAt),
    ])
    await tx.$executeRawUnsafe(SAVE, JSON.stringify(values))
  },

  async insertAttempts(tx, rows) {
    const values = rows.map((row) => [row.id, row.webhookId, row.attempts, datetime(row.createdAt)])
    await tx.$executeRawUnsafe(INSERT, JSON.stringify(values))
  },
}
