import { listUsers as readPage } from '../accounts/users/list-users.js'
import { tableOf } from '../cli/table.js'
import type { ManagedUserView } from '../contract/user.js'
import type { Db } from '../db/db.js'
import type { Command } from './arguments.js'

const PAGE = 100

const rowOf = ({ email, name, role, disabled, lastSeenAt, createdAt }: ManagedUserView) => [
  email,
  name,
  role,
  disabled ? 'disabled' : '',
  lastSeenAt?.slice(0, 16).replace('T', ' ') ?? 'never',
  createdAt.slice(0, 10),
]
const HEAD = ['EMAIL', 'NAME', 'ROLE', 'STATE', 'LAST SEEN', 'CREATED']

/** Returns the matching users, as a table. */
export async function listUsers(db: Db, { q, role, disabled, limit }: Command): Promise<string> {
  const rows = [HEAD]
  let cursor: string | undefined
  do {
    const query = {
      q,
      role,
      ...(disabled && { disabled }),
      limit: Math.min(PAGE, limit - rows.length + 1),
      cursor,
    }
    const page = await readPage(db, query)
    rows.push(...page.items.map(rowOf))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && rows.length <= limit)
  const more = cursor === undefined ? '' : '\nThere may be more: --limit shows more, --q searches.'
  return tableOf(rows) + more
}
