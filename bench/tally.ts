/** Load that places orders, and the count of what was acknowledged, which the books are held against afterwards. */
import { type Figures, type LoadOptions, load, type Shot } from './load.js'

export function createTally() {
  let acknowledged = 0
  let unanswered = 0
  return {
    /** Has orders placed. @throws unless every one was. */
    async place(address: string, shots: Shot[], options: LoadOptions): Promise<Figures> {
      unanswered += options.connections
      const figures = await load(address, shots, options)
      acknowledged += figures.answered
      return figures
    },

    /** Orders that were acknowledged, and how many more there may be that were still in flight when a spell ended. */
    sum: () => ({ acknowledged, unanswered }),
  }
}

export type Tally = ReturnType<typeof createTally>
