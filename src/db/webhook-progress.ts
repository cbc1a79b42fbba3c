import type { RawTx } from './transaction.js'

/** Where the delivery to a webhook is. */
export interface WebhookProgress {
  id: string
  /** A row of another generation is left as it is. */
  generation: number
  position: number
  failures: number
  /** In milliseconds since 1970. */
  nextAttemptAt: number | null
}

/** A row of `webhook_attempts`. */
export interface AttemptsRow {
  id: string
  webhookId: string
  /** JSON. */
  attempts: string
  /** In milliseconds since 1970. */
  createdAt: number
}

/** Writes about many webhooks, in one statement each. */
export interface WebhookWrites {
  /** Saves progress; webhooks of another generation, or gone, are left out. */
  saveProgress(tx: RawTx, rows: WebhookProgress[]): Promise<void>
  /** Inserts attempts, except those that are there and those of webhooks that are gone. */
  insertAttempts(tx: RawTx, rows: AttemptsRow[]): Promise<void>
}
