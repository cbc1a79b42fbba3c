import { type Signal, signal } from '@preact/signals'
import type { ProductView } from '../../catalog/product'
import type { AnyEvent } from '../../client/index'
import { call } from '../api/call'
import { Refused } from '../api/failures'
import { onEvents } from '../live/stream'

/** Undefined while it is looked up, null where the product is gone. */
type Name = string | null | undefined

const KEPT_MAX = 10_000
const AT_ONCE = 3
// Of rows that rushed by nobody asks any more.
const ASKED_MAX = 60

const names = new Map<string, Signal<Name>>()
let asked: string[] = []
let looking = 0

function keep(id: string, name: Name): Signal<Name> {
  const known = names.get(id)
  if (known) {
    if (name !== undefined) known.value = name
    return known
  }
  const oldest = names.keys().next().value
  if (names.size >= KEPT_MAX && oldest !== undefined) names.delete(oldest)
  const made = signal(name)
  names.set(id, made)
  return made
}

async function lookUp(id: string): Promise<void> {
  looking++
  try {
    const { body } = await call<ProductView>('GET', `/products/${id}`)
    keep(id, body.name)
  } catch (error) {
    if (error instanceof Refused && error.status === 404) keep(id, null)
    else names.delete(id)
  } finally {
    looking--
    askNext()
  }
}

function askNext(): void {
  while (looking < AT_ONCE) {
    const id = asked.pop() // the last asked for is the likeliest to be in sight still
    if (id === undefined) return
    void lookUp(id)
  }
}

/** The name of a product, which is looked up where it is not known. */
export function nameOf(id: string): Signal<Name> {
  const known = names.get(id)
  if (known) return known
  const made = keep(id, undefined)
  asked.push(id)
  if (asked.length > ASKED_MAX) {
    for (const forgotten of asked.slice(0, -ASKED_MAX)) names.delete(forgotten)
    asked = asked.slice(-ASKED_MAX)
  }
  queueMicrotask(askNext)
  return made
}

/** Remembers the names of products that were loaded for another reason. */
export function learn(products: Pick<ProductView, 'id' | 'name'>[]): void {
  for (const { id, name } of products) keep(id, name)
}

onEvents((events: AnyEvent[]) => {
  for (const { type, data } of events)
    if (type === 'product:created' || type === 'product:updated') learn([data])
})
