import type { User } from '#prisma'
import type { ManagedUserView, Role } from '../../contract/user.js'
import type { Db } from '../../db/db.js'
import { raw, sql } from '../../db/sql.js'
import { hasPrefix } from '../../search/prefix.js'
import { decodeCursor, encodeCursor, type Position } from './cursor.js'
import { viewUsers } from './managed-user.js'
import { parseSearch, type Search } from './search.js'

export interface UserQuery {
  /** Search text. */
  q?: string | undefined
  role?: Role | undefined
  disabled?: boolean | undefined
  limit: number
  cursor?: string | undefined
}

/** A user at its position in the list, whether it is listed or not. */
interface Candidate {
  position: Position
  user: User
}

/** Rows examined per request: a page with few matches may be short, and its cursor continues. */
const BUDGET = 1_000
const MIN_STEP = 100

/** Reads the next candidates of a search, in the order of their terms. */
async function findByTerm(
  { read, dialect }: Db,
  { prefix }: Search,
  after: Position | undefined,
  count: number,
): Promise<Candidate[]> {
  const least = after
    ? dialect.compareKeys(['term', 'user_id'], '>', [after.term ?? '', after.id])
    : sql`term >= ${prefix}`
  const rows = await read.$queryRaw<{ term: string; id: string }[]>(
    sql`SELECT term, user_id AS id FROM user_terms
        WHERE ${hasPrefix(prefix)} AND ${least}
        ORDER BY term, user_id LIMIT ${raw(String(count))}`,
  )
  if (rows.length === 0) return []
  const users = await read.user.findMany({ where: { id: { in: rows.map(({ id }) => id) } } })
  const byId = new Map(users.map((user) => [user.id, user]))
  return rows.flatMap(({ term, id }) => {
    const user = byId.get(id)
    return user ? [{ position: { term, id }, user }] : []
  })
}

/** Reads the next candidates of a list without a search, newest first, along the index of one condition. */
async function findNewest(
  { read }: Db,
  { role, disabled }: UserQuery,
  after: Position | undefined,
  count: number,
): Promise<Candidate[]> {
  // Most users are customers, so this condition leaves the most rows.
  const byRole = role !== undefined && !(role === 'customer' && disabled === true)
  const users = await read.user.findMany({
    where: {
      ...(byRole ? { role } : disabled !== undefined && { disabled }),
      ...(after && { id: { lt: after.id } }),
    },
    orderBy: { id: 'desc' },
    take: count,
  })
  return users.map((user) => ({ position: { id: user.id }, user }))
}

/**
 * Returns a page of users: newest first, or in the order of the terms that match `q`. Costs the same for any number of
 * users: at most BUDGET rows are examined.
 * @throws Problem invalid-request for a forged or malformed cursor
 */
export async function listUsers(
  db: Db,
  query: UserQuery,
): Promise<{ items: ManagedUserView[]; nextCursor: string | null }> {
  const { q, role, disabled, limit, cursor } = query
  const search = q === undefined ? undefined : parseSearch(q)
  let last = cursor === undefined ? undefined : decodeCursor(cursor, search !== undefined)
  const isListed = ({ user, position: { term } }: Candidate) =>
    user.erasedAt === null &&
    (role === undefined || user.role === role) &&
    (disabled === undefined || user.disabled === disabled) &&
    (!search || (search.matches(user) && search.listsAt(user, term ?? '')))

  const found: Candidate[] = []
  let left = BUDGET
  let isEnd = false
  while (found.length <= limit && left > 0 && !isEnd) {
    const count = Math.min(Math.max(limit + 1, MIN_STEP), left)
    const candidates = await (search
      ? findByTerm(db, search, last, count)
      : findNewest(db, query, last, count))
    isEnd = candidates.length < count
    left -= count
    last = candidates.at(-1)?.position ?? last
    found.push(...candidates.filter(isListed))
  }
  const isFull = found.length > limit
  const items = found.slice(0, limit)
  // A full page ends at its last user, a short one at the last row examined.
  const resume = isFull ? items.at(-1)?.position : isEnd ? undefined : last
  return {
    items: await viewUsers(
      db,
      items.map(({ user }) => user),
    ),
    nextCursor: resume ? encodeCursor(resume) : null,
  }
}
