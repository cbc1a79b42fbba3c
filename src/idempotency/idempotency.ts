import { type SecretBox, UnknownKey } from '../accounts/mfa/secret-box.js'
import type { Db } from '../db/db.js'
import { isUniqueViolation } from '../db/driver-error.js'
import type { Tx } from '../db/transaction.js'
import { Problem, problems } from '../errors.js'
import { type Claim, claimKey, claimLost, isClaim } from './claims.js'
import { HIDDEN } from './hide-answers.js'
import type { Remember } from './remember.js'

/** A request with an idempotency key. */
export interface KeyedRequest {
  /** The id of the key (see keyIdOf). */
  id: string
  /** Its sender: a user or an API key. */
  ownerId: string
  /**
   * Returns a text, equal for equal requests. Called when the change is made, or a request with the same key was found. It
   * is not stored itself: a password may have been in the request.
   */
  fingerprint(): string | Promise<string>
  /** Set for a change of several transactions: whether the client has stopped waiting for the answer. */
  gone?: () => boolean
}

/** Shows in each transaction of a change of several, as its last statement, that the change goes on. */
export type Renew = (tx: Tx) => Promise<void>

/** Makes a change. It must call `remember` last in the final transaction, and `renew` last in those before. */
export type Make<T> = (remember: Remember<T>, renew: Renew) => Promise<T>

/** An answer as it is sent. */
export interface Answer {
  status: number
  headers: Record<string, string>
  /** Null for an answer without content. */
  body: string | null
}

/** A request with the same key has made its change meanwhile. */
class MadeMeanwhile extends Error {
  override name = 'MadeMeanwhile'
}

export type Idempotency = ReturnType<typeof createIdempotency>

/** Makes each change requested under an idempotency key once, and keeps its answer. */
export function createIdempotency({ db, box }: { db: Db; box: SecretBox }) {
  /** The requests in progress, by the id of their key. */
  const running = new Map<string, Promise<void>>()

  /** Whether the secret of the row's encryption, and thus of its fingerprint, is not set any more. */
  const isLost = (keyId: string) => keyId !== '' && keyId !== HIDDEN && !box.keyIds.includes(keyId)

  const open = (id: string, keyId: string, text: string): Answer => {
    try {
      return JSON.parse(box.open({ keyId, text }, id))
    } catch (cause) {
      if (!(cause instanceof UnknownKey)) throw cause
      throw new Problem(
        problems.answerLost,
        'The change was made, but its answer cannot be read any more: see what it has changed.',
        { cause },
      )
    }
  }

  /** Returns the answer to an earlier request with the same key. @throws Problem `idempotency-key-reused`, `idempotency-answer-lost` */
  async function find({ id, fingerprint, gone }: KeyedRequest): Promise<Answer | undefined> {
    const row = await db.read.idempotencyKey.findUnique({ where: { id } })
    if (!row || (gone && isClaim(row.fingerprint))) return undefined
    const text = await fingerprint()
    // Earlier versions stored it as it is.
    const isSame = box.isTag(row.fingerprint, text, id) || row.fingerprint === text
    if (isSame || isLost(row.keyId)) return open(id, row.keyId, row.answer)
    throw new Problem(problems.keyReused, 'The idempotency key was used for another request.')
  }

  async function keep(
    tx: Tx,
    { id, ownerId, fingerprint }: KeyedRequest,
    answer: Answer,
    claim: Claim | undefined,
  ): Promise<void> {
    const { keyId, text } = box.seal(JSON.stringify(answer), id)
    const data = { fingerprint: box.tag(await fingerprint(), id), keyId, answer: text, createdAt: new Date() }
    if (claim && !(await claim.settle(tx, data))) throw new MadeMeanwhile()
    if (claim) return
    try {
      // Not `create`, which on MySQL reads the row back.
      await tx.idempotencyKey.createMany({ data: [{ id, ownerId, ...data }] })
    } catch (error) {
      throw isUniqueViolation(error) ? new MadeMeanwhile() : error
    }
  }

  async function makeOnce<T>(
    request: KeyedRequest,
    make: Make<T>,
    render: (result: T) => Answer,
  ): Promise<{ answer: Answer; replayed: boolean }> {
    const earlier = await find(request)
    if (earlier) return { answer: earlier, replayed: true }
    const { gone } = request
    const claim = gone && (await claimKey(db, request, gone))
    if (gone && !claim) return makeOnce(request, make, render)
    let kept: Answer | undefined
    try {
      await make(
        async (tx, result) => {
          kept = render(result)
          await keep(tx, request, kept, claim)
        },
        async (tx) => claim?.renew(tx),
      )
    } catch (error) {
      // The refusal may be due to the same change, made by another process, or by an attempt whose commit got no answer.
      const made = await find(request)
      if (made) return { answer: made, replayed: true }
      throw error instanceof MadeMeanwhile ? claimLost() : error
    } finally {
      // If it fails, others take over the stale claim.
      await claim?.end().catch(() => {})
    }
    if (!kept) throw new Error('a change was made without remembering its answer')
    return { answer: kept, replayed: false }
  }

  return {
    /**
     * Makes a change, or returns the answer to an earlier request with the same key. A request waits for an unfinished
     * one with the same key in this process; of two in different processes, the second fails to commit and returns the
     * answer to the first, or with several transactions waits for it. A refused change is not kept.
     * @param render returns the answer for the result of the change
     * @throws Problem `idempotency-key-reused` if the earlier request was another one; `idempotency-answer-lost` if its
     * answer was encrypted with a removed key, or mentioned an erased user; else the error of `make`
     */
    run<T>(
      request: KeyedRequest,
      make: Make<T>,
      render: (result: T) => Answer,
    ): Promise<{ answer: Answer; replayed: boolean }> {
      const { id } = request
      // In a chain: even where the first is refused, no two of the rest are made at once.
      const made = (running.get(id) ?? Promise.resolve()).then(() => makeOnce(request, make, render))
      const settled = made.then(
        () => {},
        () => {},
      )
      running.set(id, settled)
      return made.finally(() => {
        if (running.get(id) === settled) running.delete(id)
      })
    },
  }
}
