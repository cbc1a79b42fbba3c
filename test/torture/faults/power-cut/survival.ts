import type { Random } from '../../random.js'

/**
 * The parts of a file's `count` unsynced changes that have reached the disk. A sector is written atomically, as it was in
 * memory after some number of changes, which may differ between sectors. The size is stored separately, and may reflect yet
 * another number of changes.
 */
export interface Survival {
  /** The number of changes reflected in the file size. */
  sizes: number
  /** Whether change `change` has reached sector `sector`, the `nth` sector of that change; all count from 0. */
  has(change: number, sector: number, nth: number): boolean
}

/** The sectors of a page are usually written together. */
const PAGE_SECTORS = 8

/** Each block of `size` sectors was written at an independent time. */
function independentBlocks(random: Random, count: number, size: number): Survival {
  const times = new Map<number, number>()
  const timeOf = (block: number) => {
    const time = times.get(block) ?? random.integer(0, count)
    times.set(block, time)
    return time
  }
  return {
    sizes: random.integer(0, count),
    has: (change, sector) => change < timeOf(Math.floor(sector / size)),
  }
}

/** All sectors were written up to one moment, in the middle of a write. */
function torn(random: Random, count: number): Survival {
  const last = random.integer(0, count - 1)
  const sectors = random.integer(0, PAGE_SECTORS)
  return {
    sizes: random.integer(last, last + 1),
    has: (change, _sector, nth) => change < last || (change === last && nth < sectors),
  }
}

/** Draws the survival of `count` changes. */
export function drawSurvival(random: Random, count: number): Survival {
  switch (count === 0 ? 'none' : random.pick(['none', 'all', 'torn', 'pages', 'sectors'])) {
    case 'torn':
      return torn(random, count)
    case 'pages':
      return independentBlocks(random, count, PAGE_SECTORS)
    case 'sectors':
      return independentBlocks(random, count, 1)
    case 'all':
      return everything(count)
    default:
      return { sizes: 0, has: () => false }
  }
}

/** Every change survives, as after a sync. */
export const everything = (count: number): Survival => ({ sizes: count, has: () => true })
