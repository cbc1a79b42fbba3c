import fp from 'fastify-plugin'
import { pruneAudit } from '../audit/prune-audit.js'
import { pruneLog } from '../stream/prune-log.js'

const DAY_MS = 24 * 60 * 60 * 1000
const LONGEST_PAUSE_MS = 10 * 60 * 1000

// Times are of the clock that wrote them, which may be a minute behind, and of before the commit, which may take another.
const MARGIN_MS = 2 * 60 * 1000

/**
 * Keeps the log and the audit trail from growing for ever. Entries of the audit trail go after AUDIT_RETENTION. Of the log,
 * what is older than EVENT_RETENTION goes, unless this process's relay still needs it. Another's has as long as EVENT_RETENTION to read an event; one that stood still for longer skips what is gone,
 * says so, and sends its sockets away to load anew.
 */
export default fp(
  async (app) => {
    const keepMs = app.config.eventRetention * DAY_MS
    const keepAuditMs = app.config.auditRetention * DAY_MS
    const closing = new AbortController()
    let pruning: Promise<unknown> = Promise.resolve()
    const prune = () => {
      const options = {
        before: Date.now() - keepMs - MARGIN_MS,
        // The last event stays, so that whoever is behind finds a gap before it, and not an empty log.
        upTo: app.relay.position - 1,
        signal: closing.signal,
      }
      pruning = pruneLog(app.db, options).then(
        (deleted) => deleted > 0 && app.log.info({ deleted }, 'old events deleted'),
        (err) => app.log.error({ err }, 'old events could not be deleted'),
      )
    }
    let pruningAudit: Promise<unknown> = Promise.resolve()
    const pruneEntries = () => {
      pruningAudit = pruneAudit(app.db, Date.now() - keepAuditMs, closing.signal).then(
        (deleted) => deleted > 0 && app.log.info({ deleted }, 'old entries of the audit trail deleted'),
        (err) => app.log.error({ err }, 'old entries of the audit trail could not be deleted'),
      )
    }
    const timer = setInterval(prune, Math.min(LONGEST_PAUSE_MS, keepMs / 10)).unref()
    const auditTimer = setInterval(pruneEntries, Math.min(LONGEST_PAUSE_MS, keepAuditMs / 10)).unref()
    app.addHook('onClose', async () => {
      clearInterval(timer)
      clearInterval(auditTimer)
      closing.abort()
      await Promise.all([pruning, pruningAudit])
    })
  },
  { name: 'retention', dependencies: ['config', 'db', 'relay'] },
)
