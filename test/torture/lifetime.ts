/** Registers cleanup work. tap's Test is one. */
export interface Lifetime {
  teardown(work: () => unknown): void
}

/** A lifetime outside of tests. */
export class ManualLifetime implements Lifetime {
  readonly #work: (() => unknown)[] = []

  teardown(work: () => unknown): void {
    this.#work.push(work)
  }

  /** Runs all registered work in reverse order, even if some of it fails. @throws the first failure */
  async end(): Promise<void> {
    const failures: unknown[] = []
    for (let work = this.#work.pop(); work; work = this.#work.pop()) {
      try {
        await work()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
