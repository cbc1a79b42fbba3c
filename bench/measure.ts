/** Measures what a suite sets side by side, in rounds that take turns, and works out the ratios. */

/** What a contestant reached, by the figure's name. */
export type Sample = Record<string, number>

/** Measures itself for so many seconds. */
export type Contestant = (seconds: number) => Promise<Sample>

export interface OpenSuite {
  /** In the order in which they are measured. Rows refer to them by name. */
  contestants: Record<string, Contestant>
  /** What it is that was measured, where that can differ from run to run. */
  note?: string
  /** Looks whether all that was done adds up, and ends what was started. @returns what is wrong, in words. */
  close(): Promise<string[]>
}

/** A line of the table: one contestant's figure beside another's. */
export interface Row {
  name: string
  of: string
  against: string
  figure: string
  /** Where `against` has another name for it. */
  againstFigure?: string
  unit: string
  /** What is to be reached: by the ratio, or with `absolute` by the figure itself. Without it the row only informs. */
  goal?: { atLeast?: number; atMost?: number; absolute?: boolean }
}

export interface Suite {
  name: string
  rows: Row[]
  /** Whole seconds that each contestant is measured for in each round: normally, and in a quick run. */
  seconds: { full: number; quick: number }
  /** Why it can't be run on this machine, if it can't. */
  missing?(): Promise<string | undefined>
  open(options: { quick: boolean }): Promise<OpenSuite>
}

/** A row, measured. `value` and `against` are medians; the ratio is taken round by round, for what slowed one then slowed both. */
export interface Measured extends Row {
  suite: string
  value: number
  other: number
  ratio: number
  /** The least and the greatest ratio of all rounds. */
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
 * Runs `suite`: a warm-up of every contestant, then the rounds, each in the opposite order of the one before.
 * @throws when an answer was refused, or the books are off afterwards.
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

/** @throws RangeError for a row that names what nobody measured. */
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
