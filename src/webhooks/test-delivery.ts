import type { SecretBox } from '../accounts/mfa/secret-box.js'
import type { AttemptOutcome } from '../contract/webhook.js'
import type { Db } from '../db/db.js'
import { notFound, Problem, problems } from '../errors.js'
import { isId, newId } from '../ids.js'
import type { Origin } from '../stream/origin.js'
import { loadSecrets } from './endpoints.js'
import { requestOf } from './sending/request.js'
import type { Transport } from './sending/transport.js'

/** Tests of one process in flight. */
const AT_ONCE = 10

export interface TestOptions {
  db: Db
  box: SecretBox
  userAgent: string
  /** Loaded at the first test. */
  transport(): Promise<Transport>
  epoch(): string
}

/** Sends test events, which are not part of the log, independently of regular deliveries. */
export function createTestDelivery({ db, box, userAgent, transport, epoch }: TestOptions) {
  let inFlight = 0

  /**
   * Sends `webhook:test` to a webhook, also to one that is disabled, and waits for its answer.
   * @throws Problem not-found, overloaded
   */
  return async (id: string, { actor, requestId }: Origin): Promise<AttemptOutcome> => {
    const row = isId(id) && (await db.read.webhook.findUnique({ where: { id } }))
    if (!row) throw notFound('webhook')
    if (inFlight >= AT_ONCE)
      throw new Problem(problems.overloaded, 'Other tests wait for their answers.', { retryAfter: 5 })
    inFlight++
    try {
      const at = new Date()
      const createdAt = at.toISOString()
      const event = { offset: null, type: 'webhook:test', createdAt, actor, requestId, data: { id } }
      const secrets = loadSecrets(box, row, await db.dialect.now(db.read))
      const request = requestOf({
        url: row.url,
        id: `${epoch()}:test-${newId()}`,
        body: JSON.stringify(event),
        at: at.getTime(),
        secrets: secrets.map(({ text }) => text),
        userAgent,
      })
      const { status, ms, response, error } = await (await transport()).send(request)
      return { at: createdAt, status, ms, response, error }
    } finally {
      inFlight--
    }
  }
}
