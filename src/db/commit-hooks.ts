import type { Tx } from './types.js'

/** Remembers what is to be done once a transaction is committed. */
export function createCommitHooks() {
  const waiting = new WeakMap<Tx, (() => void)[]>()
  return {
    /** Has `callback` called once `tx` is committed. */
    add(tx: Tx, callback: () => void): void {
      const callbacks = waiting.get(tx)
      if (callbacks) callbacks.push(callback)
      else waiting.set(tx, [callback])
    },

    /**
     * Runs `work` in the transaction that `transact` opens, and after its commit what `work` asked for.
     * @param transact opens a transaction, commits it when its argument resolves, else rolls it back
     */
    async run<T>(
      transact: (body: (tx: Tx) => Promise<T>) => Promise<T>,
      work: (tx: Tx) => Promise<T>,
    ): Promise<T> {
      let callbacks: (() => void)[] = []
      const result = await transact(async (tx) => {
        const outcome = await work(tx)
        callbacks = waiting.get(tx) ?? []
        return outcome
      })
      for (const callback of callbacks) callback()
      return result
    },
  }
}
