import fp from 'fastify-plugin'
import { pruneAudit } from '../audit/prune-audit.js'
import { pruneAnswers } from '../idempotency/forget-answers.js'
import { pruneLog } from '../stream/prune-log.js'
import { ATTEMPTS_KEPT_MS, pruneAttempts } from '../webhooks/attempts.js'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
const LONGEST_PAUSE_MS = 10 * 60 * 1000

// Times are of the clock that wrote them, which may be a minute behind, and of before the commit, which may take another.
const MARGIN_MS = 2 * 60 * 1000

/** What is deleted when it is old. */
interface Kept {
  /** For the log, in the plural. */
  what: string
  keepMs: number
  /** @returns the number of rows deleted */
  prune(now: number, signal: AbortSignal): Promise<number>
}

/**
 * Keeps records that the program writes on the side from growing forever. Entries of the audit trail are deleted after
 * AUDIT_RETENTION, answers to requests with an idempotency key after IDEMPOTENCY_RETENTION, and events of the log after
 * EVENT_RETENTION, unless this process's relay still needs them. The relay of another process has EVENT_RETENTION to read
 * an event; one that stood still for longer skips the deleted events, logs that, and makes its sockets reload.
 */
export default fp(
  async (app) => {
    if (!app.hasJobs) return
    const { db, config, relay } = app
    const eventMs = config.eventRetention * DAY_MS
    const auditMs = config.auditRetention * DAY_MS
    const answerMs = config.idempotencyRetention * HOUR_MS
    const kept: Kept[] = [
      {
        what: 'events',
        keepMs: eventMs,
        prune: (now, signal) =>
          pruneLog(db, {
            before: now - eventMs - MARGIN_MS,
            // The last event stays, so a reader behind it finds a gap, and not an empty log.
            upTo: relay.position - 1,
            signal,
          }),
      },
      {
        what: 'entries of the audit trail',
        keepMs: auditMs,
        prune: (now, signal) => pruneAudit(db, now - auditMs, signal),
      },
      {
        what: 'answers to requests with an idempotency key',
        keepMs: answerMs,
        prune: (now, signal) => pruneAnswers(db, now - answerMs - MARGIN_MS, signal),
      },
      {
        what: 'attempts to deliver to webhooks',
        keepMs: ATTEMPTS_KEPT_MS,
        prune: (now, signal) => pruneAttempts(db, now - ATTEMPTS_KEPT_MS, signal),
      },
    ]

    const closing = new AbortController()
    const jobs = kept.map(({ what, keepMs, prune }) => {
      let pruning: Promise<unknown> = Promise.resolve()
      const run = () => {
        pruning = prune(Date.now(), closing.signal).then(
          (deleted) => deleted > 0 && app.log.info({ deleted }, `old ${what} deleted`),
          (err) => app.log.error({ err }, `old ${what} could not be deleted`),
        )
      }
      const timer = setInterval(run, Math.min(LONGEST_PAUSE_MS, keepMs / 10)).unref()
      return {
        stop: () => {
          clearInterval(timer)
          return pruning
        },
      }
    })
    app.addHook('onClose', async () => {
      closing.abort()
      await Promise.all(jobs.map(({ stop }) => stop()))
    })
  },
  { name: 'retention', dependencies: ['config', 'db', 'relay'] },
)
