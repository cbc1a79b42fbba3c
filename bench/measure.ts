/** Measures the contestants of a suite in alternating rounds and computes the ratios. */

/** A contestant's results by figure name. */
export type Sample = Record<string, number>

/** Measures for the given number of seconds. */
export type Contestant = (seconds: number) => Promise<Sample>

export interface OpenSuite {
  /** In order of measurement. Rows refer to them by name. */
  contestants: Record<string, Contestant>
  /** Describes the subject of the measurement, where it can differ between runs. */
  note?: string
  /** Audits the result and stops everything it started. @returns a description of each fault. */
  close(): Promise<string[]>
}

/** A line of the table: one contestant's figure compared with another's. */
export interface Row {
  name: string
  of: string
  against: string
  figure: string
  /** Name of the figure in `against`, if different. */
  againstFigure?: string
  unit: string
  /** The target for the ratio, or with `absolute` for the figure itself. Without a goal the row is informational. */
  goal?: { atLeast?: number; atMost?: number; absolute?: boolean }
}

export interface Suite {
  name: string
  rows: Row[]
  /** Whole seconds per contestant and round: in a full run, and in a quick run. */
  seconds: { full: number; quick: number }
  /** Returns why the suite cannot run on this machine, if so. */
  missing?(): Promise<string | undefined>
  open(options: { quick: boolean }): Promise<OpenSuite>
}

/**
 * A measured row. `value` and `against` are medians; the ratio is computed per round, since interference slows both.
 */
export interface Measured extends Row {
  suite: string
  value: number
  other: number
  ratio: number
  /** The lowest and highest ratio of all rounds. */
  spread: [number, number]
  met: boolean | null
}

export interface RunOptions {
  quick: boolean
  rounds: number
  warmUpSeconds: number
}

export const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/**
 * Runs `suite`: a warm-up of every contestant, then the rounds, each in the reverse order of the previous one.
 * @throws if a request was rejected, or the audit finds a fault.
 */
export async function runSuite(
  suite: Suite,
  { quick, rounds, warmUpSeconds }: RunOptions,
): Promise<Measured[]> {
  const { contestants, note, close } = await suite.open({ quick })
  const samples: Record<string, Sample[]> = {}
  let faults: string[] = []
  try {
    const seconds = quick ? suite.seconds.quick : suite.seconds.full
    for (const measure of Object.values(contestants)) await measure(Math.min(warmUpSeconds, seconds))
    for (let round = 0; round < rounds; round++) {
      const entries = Object.entries(contestants)
      for (const [name, measure] of round % 2 ? entries.reverse() : entries)
        (samples[name] ??= []).push(await measure(seconds))
    }
  } finally {
    faults = await close()
  }
  if (faults.length > 0) throw new Error(`${suite.name}: the books are off: ${faults.join('; ')}`)
  return suite.rows.map((row) => ({
    suite: note === undefined ? suite.name : `${suite.name} (${note})`,
    ...row,
    ...judge(row, samples),
  }))
}

/** @throws RangeError if the row names an unmeasured contestant or figure. */
function judge(
  { of, against, figure, againstFigure = figure, goal }: Row,
  samples: Record<string, Sample[]>,
) {
  const figures = (name: string, wanted: string) =>
    (samples[name] ?? []).map((sample) => sample[wanted] ?? Number.NaN)
  const ours = figures(of, figure)
  const theirs = figures(against, againstFigure)
  if (ours.length === 0 || [...ours, ...theirs].some(Number.isNaN))
    throw new RangeError(`nobody measured ${figure} of ${of} and ${against}`)
  const ratios = ours.map((value, i) => value / (theirs[i] ?? Number.NaN))
  const value = median(ours)
  const ratio = median(ratios)
  const judged = goal?.absolute ? value : ratio
  const met = goal
    ? judged >= (goal.atLeast ?? 0) && judged <= (goal.atMost ?? Number.POSITIVE_INFINITY)
    : null
  const spread: [number, number] = [Math.min(...ratios), Math.max(...ratios)]
  return { value, other: median(theirs), ratio, spread, met }
}
