import type { Webhook } from '#prisma'
import type { SecretBox } from '../accounts/mfa/secret-box.js'
import { recordAudit } from '../audit/record-audit.js'
import type { EventType } from '../contract/events.js'
import type { NewWebhookView, WebhookView } from '../contract/webhook.js'
import type { Db } from '../db/db.js'
import type { Tx } from '../db/transaction.js'
import { invalidRequest, notFound, Problem, problems } from '../errors.js'
import { type Remember, remembering } from '../idempotency/remember.js'
import { isId, newId } from '../ids.js'
import type { EventLog } from '../stream/log.js'
import type { Origin } from '../stream/origin.js'
import { bumpRevision } from './lease.js'
import { positionAfter } from './positions.js'
import { checkUrl, type UrlRules } from './receiver-url.js'
import { disabledEvent } from './save-progress.js'
import { newSecret } from './sending/signature.js'
import { typesColumn, viewWebhook } from './view.js'
import {
  type ColumnChanges,
  changeDetails,
  columnsOf,
  originOfUrl,
  type WebhookChanges,
} from './webhook-changes.js'

/** Most webhooks: each holds a connection while it is delivered to. */
const MAX_WEBHOOKS = 5_000
/** How long the previous secret signs too. */
export const OVERLAP_MS = 24 * 60 * 60 * 1000

export interface NewWebhook {
  url: string
  /** All without them. */
  types?: EventType[] | null | undefined
  description?: string | null | undefined
  /** The offset after which events are delivered; by default the last one. */
  after?: number | undefined
}

export interface WebhooksOptions {
  db: Db
  eventLog: Pick<EventLog, 'append' | 'oldest'>
  box: SecretBox
  urls: UrlRules
  /** Called after the commit of each change. */
  onChange(): void
}

/** Manages webhooks. Every change notifies the delivering process. */
export function createWebhooks({ db, eventLog, box, urls, onChange }: WebhooksOptions) {
  const withSecret = (row: Webhook, secret: string): NewWebhookView => ({ ...viewWebhook(row), secret })

  const urlOf = async (text: string): Promise<string> => {
    const checked = await checkUrl(text, urls)
    if ('fault' in checked) throw invalidRequest([{ path: 'url', message: checked.fault }])
    return checked.url
  }

  /** Runs a change of one webhook. @throws Problem not-found */
  const change = async <T>(
    id: string,
    remember: Remember<T> | undefined,
    work: (tx: Tx, row: Webhook, at: Date) => Promise<T>,
  ): Promise<T> => {
    if (!isId(id)) throw notFound('webhook')
    return db.write(
      remembering(remember, async (tx) => {
        await bumpRevision(tx) // also lets one change at a time
        const row = await tx.webhook.findUnique({ where: { id } })
        if (!row) throw notFound('webhook')
        db.afterCommit(tx, onChange)
        return work(tx, row, new Date(await db.dialect.now(tx)))
      }),
    )
  }

  const update = async (tx: Tx, row: Webhook, data: ColumnChanges): Promise<Webhook> => {
    await tx.webhook.updateMany({ where: { id: row.id }, data })
    return tx.webhook.findUniqueOrThrow({ where: { id: row.id } })
  }

  return {
    /**
     * Creates a webhook.
     * @returns its secret, which cannot be read again
     * @throws Problem invalid-request, webhook-limit
     */
    async create(
      { url: given, types, description, after }: NewWebhook,
      origin: Origin,
      remember?: Remember<NewWebhookView>,
    ): Promise<NewWebhookView> {
      const url = await urlOf(given)
      const id = newId()
      const secret = newSecret()
      const sealed = box.seal(secret, id)
      return db.write(
        remembering(remember, async (tx, inDoubt) => {
          const made = inDoubt && (await tx.webhook.findUnique({ where: { id } }))
          if (made) return withSecret(made, secret)
          await bumpRevision(tx)
          if ((await tx.webhook.count()) >= MAX_WEBHOOKS)
            throw new Problem(problems.webhookLimit, `At most ${MAX_WEBHOOKS} webhooks: delete one first.`)
          const position = await positionAfter(tx, eventLog, after)
          const at = new Date(await db.dialect.now(tx))
          const column = typesColumn(types)
          const details = { url: originOfUrl(url), types: column?.split(' ') ?? null, after: position }
          await recordAudit(tx, { origin, action: 'webhook.created', subject: id, details })
          db.afterCommit(tx, onChange)
          const row = await tx.webhook.create({
            data: {
              id,
              url,
              types: column,
              description: description ?? null,
              secret: sealed.text,
              keyId: sealed.keyId,
              position: BigInt(position),
              createdAt: at,
              updatedAt: at,
            },
          })
          return withSecret(row, secret)
        }),
      )
    },

    /** @throws Problem not-found */
    async get(id: string): Promise<WebhookView> {
      const row = isId(id) && (await db.read.webhook.findUnique({ where: { id } }))
      if (!row) throw notFound('webhook')
      return viewWebhook(row)
    },

    /**
     * Changes a webhook. One that is enabled again continues where it was; one that was disabled because events were lost
     * continues after them.
     * @throws Problem not-found, invalid-request
     */
    async change(
      id: string,
      changes: WebhookChanges,
      origin: Origin,
      remember?: Remember<WebhookView>,
    ): Promise<WebhookView> {
      const url = changes.url === undefined ? undefined : await urlOf(changes.url)
      return change(id, remember, async (tx, row, at) => {
        const changed = await update(tx, row, columnsOf(row, { ...changes, url }, at))
        const details = changeDetails(row, changed)
        await recordAudit(tx, { origin, action: 'webhook.updated', subject: id, details })
        if (changed.disabledAt !== null && row.disabledAt === null) {
          const data = { id, reason: 'admin' as const, position: Number(changed.position) }
          await eventLog.append(tx, [disabledEvent(data, origin)], at.getTime())
        }
        return viewWebhook(changed)
      })
    },

    /**
     * Replaces the secret of a webhook. The previous one signs too for 24 hours; one from before ends now.
     * @returns the secret, which cannot be read again
     * @throws Problem not-found
     */
    async rotateSecret(
      id: string,
      origin: Origin,
      remember?: Remember<NewWebhookView>,
    ): Promise<NewWebhookView> {
      const secret = newSecret()
      const sealed = box.seal(secret, id)
      return change(id, remember, async (tx, row, at) => {
        const isDone = row.secret === sealed.text // by an attempt whose answer was lost
        if (isDone) return withSecret(row, secret)
        await recordAudit(tx, { origin, action: 'webhook.secret-rotated', subject: id })
        const changed = await update(tx, row, {
          secret: sealed.text,
          keyId: sealed.keyId,
          previousSecret: row.secret,
          previousKeyId: row.keyId,
          previousUntil: new Date(at.getTime() + OVERLAP_MS),
          updatedAt: at,
        })
        return withSecret(changed, secret)
      })
    },

    /**
     * Has events delivered again, or for the first time: those after the offset `after`.
     * @throws Problem not-found, invalid-request for an offset that the log does not have
     */
    async replay(
      id: string,
      after: number,
      origin: Origin,
      remember?: Remember<WebhookView>,
    ): Promise<WebhookView> {
      return change(id, remember, async (tx, row, at) => {
        const position = await positionAfter(tx, eventLog, after)
        const details = { after: { before: Number(row.position), after: position } }
        await recordAudit(tx, { origin, action: 'webhook.replayed', subject: id, details })
        const changed = await update(tx, row, {
          position: BigInt(position),
          generation: { increment: 1 },
          failures: 0,
          nextAttemptAt: null,
          lostFrom: null,
          lostTo: null,
          updatedAt: at,
        })
        return viewWebhook(changed)
      })
    },

    /** Deletes a webhook and its attempts. @throws Problem not-found */
    async remove(id: string, origin: Origin): Promise<void> {
      const isGone =
        isId(id) &&
        (await db.write(async (tx, inDoubt) => {
          await bumpRevision(tx)
          const { count } = await tx.webhook.deleteMany({ where: { id } })
          if (count === 0) return inDoubt // by an attempt whose answer was lost
          await recordAudit(tx, { origin, action: 'webhook.deleted', subject: id })
          db.afterCommit(tx, onChange)
          return true
        }))
      if (!isGone) throw notFound('webhook')
    },
  }
}
