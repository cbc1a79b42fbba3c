/** Chooses mutants at random, the same ones for the same seed, and estimates the score of all from theirs. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

/** The quantile of the normal distribution for a confidence of 95 %. */
const Z = 1.96

/** Identifies a mutant across runs, in which Stryker numbers mutants anew. */
const identityOf = ({ fileName, location: { start, end }, mutatorName, replacement }) =>
  JSON.stringify([relative('.', fileName), start, end, mutatorName, replacement])

/**
 * Chooses `size` of `mutants`, each set of that size equally likely. The first of a larger sample are those of a
 * smaller one with the same seed.
 * @param {{ seed: string, size: number, skip?: number }} options `skip`: how many of the first are left out
 */
export function sampleOf(mutants, { seed, size, skip = 0 }) {
  const rank = (mutant) =>
    createHash('sha256')
      .update(`${seed} ${identityOf(mutant)}`)
      .digest('hex')
  return mutants
    .filter(({ status }) => status !== 'Ignored')
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(skip, size)
    .map(({ mutant }) => mutant)
}

/** Returns the 95 % confidence interval (Wilson's) of a share of which a sample had `hits` in `size`. */
export function interval(hits, size) {
  const share = hits / size
  const middle = share + Z ** 2 / (2 * size)
  const half = Z * Math.sqrt((share * (1 - share)) / size + Z ** 2 / (4 * size ** 2))
  return [Math.max(0, middle - half), middle + half].map((bound) => bound / (1 + Z ** 2 / size))
}

/** Returns the ids, in this run, of the mutants of its sample; undefined if it has none. */
export function sampledIds() {
  const file = process.env.MUTATION_SAMPLE_FILE
  return file && new Set(JSON.parse(readFileSync(file, 'utf8')))
}
