import type { EventActor } from '../contract/events.js'
import type { Db } from '../db/db.js'

const GONE = 'Deleted user'
const SYSTEM_NAME = 'System'

/** Reads the names of `actors`. @returns a function that gives the name of each as it is now */
export async function namesOfActors(
  { read }: Pick<Db, 'read'>,
  actors: EventActor[],
): Promise<(actor: EventActor) => string> {
  const idsOf = (type: string) => [
    ...new Set(actors.flatMap((actor) => (actor.type === type ? (actor.id ?? []) : []))),
  ]
  const select = { id: true, name: true } as const
  const [userIds, keyIds] = [idsOf('user'), idsOf('key')]
  const users = userIds.length > 0 ? await read.user.findMany({ where: { id: { in: userIds } }, select }) : []
  const keys = keyIds.length > 0 ? await read.apiKey.findMany({ where: { id: { in: keyIds } }, select }) : []
  const names = new Map([...users, ...keys].map(({ id, name }) => [id, name]))
  return ({ id }) => (id === null ? SYSTEM_NAME : (names.get(id) ?? GONE))
}
