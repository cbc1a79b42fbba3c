import type { SecretBox } from '../accounts/mfa/secret-box.js'
import type { Db } from '../db/db.js'
import type { Tx } from '../db/transaction.js'

/** Rows per step. */
const STEP = 500
/** In place of the id of a key: nothing decrypts the answer, so a retry gets `idempotency-answer-lost`. */
export const HIDDEN = 'erased'

type Row = Place & { keyId: string; answer: string }
type Table = Pick<Tx['idempotencyKey'], 'findMany'>

/** A place in the order of the answers, by their times. */
interface Place {
  createdAt: Date
  id: string
}

/** Returns the ids of some answers that mention a user, and where to go on. Reads along the index of times. */
async function findSome(table: Table, box: SecretBox, userId: string, { createdAt, id }: Place) {
  const rows: Row[] = await table.findMany({
    where: {
      createdAt: { gte: createdAt },
      NOT: { createdAt, id: { lte: id } },
      keyId: { notIn: ['', HIDDEN] },
    },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: STEP,
    select: { id: true, keyId: true, answer: true, createdAt: true },
  })
  const mentions = ({ id, keyId, answer }: Row) => {
    if (!box.keyIds.includes(keyId)) return false
    return box.open({ keyId, text: answer }, id).includes(userId)
  }
  const ids = rows.filter(mentions).map(({ id }) => id)
  return { ids, next: rows.length < STEP ? undefined : rows.at(-1) }
}

const hide = (tx: Tx, ids: string[]) =>
  tx.idempotencyKey.updateMany({ where: { id: { in: ids } }, data: { keyId: HIDDEN, answer: '' } })

/**
 * Removes the answers that mention a user, whoever got them: a renamed user, or an order with its note and metadata. The keys stay, so
 * that no retry makes a change again. In small steps, as there may be very many.
 */
export async function hideAnswers(db: Db, box: SecretBox, userId: string): Promise<void> {
  for (let place: Place | undefined = { createdAt: new Date(0), id: '' }; place; ) {
    const { ids, next } = await findSome(db.read.idempotencyKey, box, userId, place)
    if (ids.length > 0) await db.write((tx) => hide(tx, ids))
    place = next
  }
}

/** Does the same in one transaction, for the answers given after `since`. */
export async function hideNewAnswers(tx: Tx, box: SecretBox, userId: string, since: Date): Promise<void> {
  for (let place: Place | undefined = { createdAt: since, id: '' }; place; ) {
    const { ids, next } = await findSome(tx.idempotencyKey, box, userId, place)
    if (ids.length > 0) await hide(tx, ids)
    place = next
  }
}
