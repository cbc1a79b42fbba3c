import type { RawTx } from './types.js'

/**
 * Remembers what is to be done once a transaction is committed.
 * @param onChange is called after each commit that something was to be done for: it changed the shop
 */
export function createCommitHooks(onChange: () => void) {
  const waiting = new WeakMap<RawTx, (() => void)[]>()
  return {
    /** Has `callback` called once `tx` is committed. */
    add(tx: RawTx, callback: () => void): void {
      const callbacks = waiting.get(tx)
      if (callbacks) callbacks.push(callback)
      else waiting.set(tx, [callback])
    },

    /**
     * Runs `work` in the transaction that `transact` opens, and after its commit what `work` asked for.
     * @param transact opens a transaction, commits it when its argument resolves, else rolls it back
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
