/** Load that places orders, and a count of acknowledged orders for the audit afterwards. */
import { type Figures, type LoadOptions, load, type Shot } from './load.js'

export function createTally() {
  let acknowledged = 0
  let unanswered = 0
  return {
    /** Places orders. @throws if any is rejected. */
    async place(address: string, shots: Shot[], options: LoadOptions): Promise<Figures> {
      unanswered += options.connections
      const figures = await load(address, shots, options)
      acknowledged += figures.answered
      return figures
    },

    /** Returns the number of acknowledged orders, and the maximum number still in flight when a spell ended. */
    sum: () => ({ acknowledged, unanswered }),
  }
}

export type Tally = ReturnType<typeof createTally>
