import fc from 'fast-check'

// A failed property prints its assertion, not only the counterexample.
fc.configureGlobal({ ...fc.readConfigureGlobal(), includeErrorInReport: true })

/** Multiplier of the number of random cases: `TEST_EFFORT=10` for a long run, fractions for a short one. */
const EFFORT = Number(process.env.TEST_EFFORT || 1)

/**
 * Returns the number of random cases to draw, `usual` by default. A count, not a time limit, which would test less on
 * a busy machine.
 */
export const cases = (usual: number) => Math.ceil(usual * EFFORT)
