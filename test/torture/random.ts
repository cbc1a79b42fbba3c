import { createHash } from 'node:crypto'
import { random } from '../helpers/hostile-clients.js'

/**
 * A seeded random generator. Each concurrent actor uses its own named fork, so its draws do not depend on the interleaving
 * with other actors.
 */
export class Random {
  readonly #seed: string
  readonly #next: () => number

  constructor(seed: string) {
    this.#seed = seed
    this.#next = random(createHash('sha256').update(seed).digest().readInt32BE())
  }

  /** From `min`, inclusive, to `max`, exclusive. */
  between(min: number, max: number): number {
    return min + this.#next() * (max - min)
  }

  /** From `min` to `max`, both inclusive. */
  integer(min: number, max: number): number {
    return Math.floor(this.between(min, max + 1))
  }

  chance(probability: number): boolean {
    return this.#next() < probability
  }

  /** @throws RangeError for an empty list */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('nothing to pick from')
    return items[this.integer(0, items.length - 1)] as T
  }

  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`)
  }
}
