import { effect } from '@preact/signals'
import type { ManagedUserView } from '../../contract/user'
import { call } from '../api/call'
import { onEvents, resets } from '../live/stream'
import type { PagedRows } from '../parts/paged-rows'

/** More changes at once than this are read as pages of the list. */
const MAX_SINGLE = 20
const INTERVAL_MS = 500

/** Whether a person belongs to the list; undefined if only the server can tell. */
export type Belongs = (person: ManagedUserView) => boolean | undefined

/**
 * Keeps the rows of `people` up to date with the accounts that others create, change and erase. Events name no person, so
 * that each changed one is read. @returns a function to stop
 */
export function followPeople(people: PagedRows<ManagedUserView>, belongs: Belongs): () => void {
  const changed = new Set<string>()
  const stopped = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  const read = async (id: string) => {
    const path = `/users/${encodeURIComponent(id)}`
    const { body } = await call<ManagedUserView>('GET', path, { signal: stopped.signal })
    if (stopped.signal.aborted) return
    const isIn = belongs(body)
    if (isIn === false) people.remove(id)
    else if (isIn) people.add(body)
    else people.put(body)
  }
  const readAll = async () => {
    timer = undefined
    const ids = [...changed]
    changed.clear()
    if (ids.length > MAX_SINGLE) return people.reload()
    // A person who was erased meanwhile is removed by the event that follows.
    for (const id of ids) await read(id).catch(() => undefined)
  }
  const stopListening = onEvents((events) => {
    for (const { type, data } of events) {
      if (type === 'user:deleted') {
        changed.delete(data.id)
        people.remove(data.id)
      } else if (type === 'user:created' || type === 'user:updated') changed.add(data.id)
    }
    if (changed.size > 0) timer ??= setTimeout(() => void readAll(), INTERVAL_MS)
  })
  const before = resets.peek()
  const stopReloading = effect(() => {
    if (resets.value !== before) void people.reload()
  })
  return () => {
    stopListening()
    stopReloading()
    clearTimeout(timer)
    stopped.abort()
  }
}
