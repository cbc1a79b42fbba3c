import { setImmediate as turn } from 'node:timers/promises'
import type { Db } from '../../db/db.js'
import { sql } from '../../db/sql.js'
import type { Passwords } from './hashing.js'

/** Users in one step, which takes about a millisecond. */
const STEP = 1_000
/** Sorts after every id. */
const END = '~'

/** The two digits of the cost; one and a `$` if it is below 10 and the password is long. */
const COST = sql`CASE WHEN password LIKE '$bcrypt%' THEN SUBSTR(password, 27, 2) ELSE SUBSTR(password, 5, 2) END`

/**
 * Reads the costs of all hashes in short steps, so every check takes the work of the most expensive one. After
 * BCRYPT_COST was lowered, the first check of an older hash would take longer than one of an unknown account.
 */
export async function noteCosts(db: Db, passwords: Passwords, signal: AbortSignal): Promise<void> {
  for (let after = ''; after !== END && !signal.aborted; await turn()) {
    const last = await db.read.user.findFirst({
      where: { id: { gt: after } },
      orderBy: { id: 'asc' },
      skip: STEP - 1,
      select: { id: true },
    })
    const end = last?.id ?? END
    const rows = await db.read.$queryRaw<{ cost: string }[]>(
      sql`SELECT DISTINCT ${COST} AS cost FROM users WHERE id > ${after} AND id <= ${end}`,
    )
    for (const { cost } of rows) passwords.noteCost(Number.parseInt(cost, 10) || 0)
    after = end
  }
}
