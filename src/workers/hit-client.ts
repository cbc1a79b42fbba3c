import type { CountHit } from '../redis/hit-counter.js'
import { createLocalHitCounter, type Hits } from '../redis/local-hit-counter.js'
import type { Handler } from './channel.js'
import type { CommitterLink } from './committer-link.js'

interface Window {
  name: string
  windowSeconds: number
}
interface Hit extends Window {
  key: string
  by: 1 | -1
}

/** The committer's methods for counting the hits of all workers. */
export function hitMethods(): Record<string, Handler> {
  const counters = new Map<string, ReturnType<typeof createLocalHitCounter>>()
  return {
    hit({ name, windowSeconds, key, by }: Hit): Hits {
      const count = counters.get(name) ?? createLocalHitCounter(windowSeconds * 1000)
      counters.set(name, count)
      return count(key, by)
    },
  }
}

/** Creates a counter shared by all workers; while the committer is restarted, each counts for itself. */
export function createHitClient(link: CommitterLink, { name, windowSeconds }: Window): CountHit {
  const countHere = createLocalHitCounter(windowSeconds * 1000)
  return (key, by = 1) =>
    link.ask<Hits>('hit', { name, windowSeconds, key, by } satisfies Hit, () => countHere(key, by))
}
