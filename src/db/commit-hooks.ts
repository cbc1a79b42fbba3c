import type { RawTx } from './transaction.js'

/**
 * Runs callbacks after the commit of their transaction.
 * @param onChange called after each commit with callbacks: it changed the shop
 */
export function createCommitHooks(onChange: () => void) {
  const waiting = new WeakMap<RawTx, (() => void)[]>()
  return {
    /** Registers `callback` to run once `tx` is committed. */
    add(tx: RawTx, callback: () => void): void {
      const callbacks = waiting.get(tx)
      if (callbacks) callbacks.push(callback)
      else waiting.set(tx, [callback])
    },

    /**
     * Runs `work` in a transaction opened by `transact`, then the callbacks registered by `work`.
     * @param transact opens a transaction, commits it when its argument resolves, and rolls it back otherwise
     */
    async run<T, X extends RawTx>(
      transact: (body: (tx: X) => Promise<T>) => Promise<T>,
      work: (tx: X) => Promise<T>,
    ): Promise<T> {
      let callbacks: (() => void)[] = []
      const result = await transact(async (tx) => {
        const outcome = await work(tx)
        callbacks = waiting.get(tx) ?? []
        return outcome
      })
      if (callbacks.length > 0) onChange()
      for (const callback of callbacks) callback()
      return result
    },
  }
}
