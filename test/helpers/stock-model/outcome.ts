import type { Change } from './state.js'

/** The right response to a request in some state, as far as it is determined. */
export interface Outcome {
  status: number
  body: object
  /** Undefined if nothing changes. */
  change?: Change | undefined
}

export const refused = (status: number, code: string, extra: object = {}): Outcome => ({
  status,
  body: { type: `/problems/${code}`, ...extra },
})
