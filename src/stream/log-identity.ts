import { randomBytes } from 'node:crypto'
import type { Db } from '../db/types.js'

/** A place in one log: offsets of another epoch say nothing about it. */
export interface LogPosition {
  epoch: string
  /** The last offset given, or seen; 0 before the first. */
  offset: number
}

/** Hears that the database holds another log than before. It must not throw. */
export type NewEpochListener = (now: LogPosition, before: LogPosition) => void

/** Digits of the epoch that an entity tag carries: 32 bits keep the tags of two logs apart. */
const TAG_LENGTH = 8

/** A random id for a log, in hex. */
export const newEpoch = () => randomBytes(16).toString('hex')

async function readCounter(db: Db): Promise<LogPosition> {
  const { epoch, lastOffset } = await db.read.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
  return { epoch, offset: Number(lastOffset) }
}

/**
 * Knows which log the database holds, and notices when that is another one: the epoch changed, or the log ends before an
 * offset that was seen already. The second means that an older state of the database was put back under the same epoch. Its
 * offsets will be given again to other events, so the log gets a new epoch.
 */
export function createLogIdentity(db: Db) {
  const listeners: NewEpochListener[] = []
  let position: LogPosition | undefined
  let looking: Promise<void> | undefined

  const known = (): LogPosition => {
    if (!position) throw new Error('the log was not opened')
    return position
  }

  const look = async (): Promise<void> => {
    // Taken before the read: what was seen by then is committed, so an intact log has it.
    const before = { ...known() }
    let now = await readCounter(db)
    if (now.epoch === before.epoch && now.offset < before.offset) {
      // Judged once more in a transaction: a server of a cluster may be behind, and another process may be quicker.
      const where = { id: 1, epoch: before.epoch, lastOffset: { lt: before.offset } }
      await db.write((tx) => tx.eventCounter.updateMany({ where, data: { epoch: newEpoch() } }))
      now = await readCounter(db)
    }
    if (now.epoch === before.epoch) {
      saw(now.offset)
      return
    }
    position = now
    for (const listener of listeners) listener({ ...now }, before)
  }

  /** Says that the event at `offset` of this log is committed. */
  const saw = (offset: number): void => {
    if (position && offset > position.offset) position.offset = offset
  }

  const lookOnce = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }

  return {
    saw,

    /**
     * Reads which log the database holds. To be called before any other method but `onNewEpoch`.
     * @param mark how far this log, or another, was known to reach
     */
    async open(mark?: LogPosition): Promise<void> {
      position = await readCounter(db)
      if (mark?.epoch === position.epoch) saw(mark.offset)
      await lookOnce()
    },

    /** Looks whether the log is still the same, and tells the listeners if not. Calls at the same time share one look. */
    look: lookOnce,

    /** Has `listener` called when the database holds another log. */
    onNewEpoch(listener: NewEpochListener): void {
      listeners.push(listener)
    },

    /** The id of the log, as of the last look. */
    epoch: (): string => known().epoch,

    /** The beginning of the epoch, for entity tags: versions of another log must not match. */
    epochTag: (): string => known().epoch.slice(0, TAG_LENGTH),

    /** The log's id, and the highest offset that this process knows to be committed. */
    position: (): LogPosition => ({ ...known() }),

    /** The log's id as the database has it at this moment. */
    readEpoch: async (): Promise<string> => (await readCounter(db)).epoch,
  }
}
