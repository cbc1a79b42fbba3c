import type { WebhookWrites } from '../webhook-progress.js'

const SAVE = `
  UPDATE webhooks SET position = made.value ->> 2, failures = made.value ->> 3, next_attempt_at = made.value ->> 4
  FROM json_each(?) AS made
  WHERE webhooks.id = made.value ->> 0 AND webhooks.generation = made.value ->> 1`

const INSERT = `
  INSERT OR IGNORE INTO webhook_attempts (id, webhook_id, attempts, created_at)
  SELECT made.value ->> 0, webhooks.id, made.value ->> 2, made.value ->> 3
  FROM json_each(?) AS made JOIN webhooks ON webhooks.id = made.value ->> 1`

export const webhooks: WebhookWrites = {
  async saveProgress(tx, rows) {
    const values = rows.map((row) => [row.id, row.generation, row.position, row.failures, row.nextAttemptAt])
    await tx.$executeRawUnsafe(SAVE, JSON.stringify(values))
  },

  async insertAttempts(tx, rows) {
    const values = rows.map((row) => [row.id, row.webhookId, row.attempts, row.createdAt])
    await tx.$executeRawUnsafe(INSERT, JSON.stringify(values))
  },
}
