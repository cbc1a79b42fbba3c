import { type Signal, signal } from '@preact/signals'
import type { AnyEvent } from '../../client/index'
import type { ProductView } from '../../contract/product'
import { call } from '../api/call'
import { Refused } from '../api/failures'
import { onEvents } from '../live/stream'

/** Undefined while loading, null if the product was deleted. */
type Name = string | null | undefined

const MAX_NAMES = 10_000
const MAX_CONCURRENT = 3
// Beyond this the oldest requests are dropped: their rows were scrolled past.
const MAX_QUEUED = 60

const names = new Map<string, Signal<Name>>()
let queue: string[] = []
let inFlight = 0

function cache(id: string, name: Name): Signal<Name> {
  const cached = names.get(id)
  if (cached) {
    if (name !== undefined) cached.value = name
    return cached
  }
  const oldest = names.keys().next().value
  if (names.size >= MAX_NAMES && oldest !== undefined) names.delete(oldest)
  const entry = signal(name)
  names.set(id, entry)
  return entry
}

async function load(id: string): Promise<void> {
  inFlight++
  try {
    const { body } = await call<ProductView>('GET', `/products/${id}`)
    cache(id, body.name)
  } catch (error) {
    if (error instanceof Refused && error.status === 404) cache(id, null)
    else names.delete(id)
  } finally {
    inFlight--
    drain()
  }
}

function drain(): void {
  while (inFlight < MAX_CONCURRENT) {
    const id = queue.pop() // last in, first out: the newest is the likeliest to be still on screen
    if (id === undefined) return
    void load(id)
  }
}

/** Returns the name of a product, loading it if it is not cached. */
export function nameOf(id: string): Signal<Name> {
  const cached = names.get(id)
  if (cached) return cached
  const entry = cache(id, undefined)
  queue.push(id)
  if (queue.length > MAX_QUEUED) {
    for (const forgotten of queue.slice(0, -MAX_QUEUED)) names.delete(forgotten)
    queue = queue.slice(-MAX_QUEUED)
  }
  queueMicrotask(drain)
  return entry
}

/** Caches the names of products loaded elsewhere. */
export function cacheNames(products: Pick<ProductView, 'id' | 'name'>[]): void {
  for (const { id, name } of products) cache(id, name)
}

onEvents((events: AnyEvent[]) => {
  for (const { type, data } of events)
    if (type === 'product:created' || type === 'product:updated') cacheNames([data])
})
