import { randomBytes } from 'node:crypto'
import type { Db } from '../db/db.js'
import { singleFlight } from '../single-flight.js'

/** A position in one log. Offsets of different epochs cannot be compared. */
export interface LogPosition {
  epoch: string
  /** The last offset assigned or seen; 0 before the first. */
  offset: number
}

/** Called when the database holds another log than before. Must not throw. */
export type NewEpochListener = (now: LogPosition, before: LogPosition) => void

/** Hex digits of the epoch in an entity tag: 32 bits keep the tags of two logs apart. */
const TAG_LENGTH = 8

/** Returns a random log id, in hex. */
export const newEpoch = () => randomBytes(16).toString('hex')

async function readCounter(db: Db): Promise<LogPosition> {
  const { epoch, lastOffset } = await db.read.eventCounter.findUniqueOrThrow({ where: { id: 1 } })
  return { epoch, offset: Number(lastOffset) }
}

/**
 * Tracks which log the database holds and detects a replaced one: the epoch changed, or the log ends before an offset
 * already seen. In the latter case an older state of the database was restored under the same epoch. Its offsets will
 * be assigned again to other events, so the log gets a new epoch.
 */
export function createLogIdentity(db: Db) {
  const listeners: NewEpochListener[] = []
  let position: LogPosition | undefined

  const known = (): LogPosition => {
    if (!position) throw new Error('the log was not opened')
    return position
  }

  const look = async (): Promise<void> => {
    // Taken before the read: offsets seen by then are committed, so an intact log contains them.
    const before = { ...known() }
    let now = await readCounter(db)
    if (now.epoch === before.epoch && now.offset < before.offset) {
      // Checked again in a transaction: a replica may lag behind, and another process may come first.
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

  /** Records the event at `offset` of this log as committed. */
  const saw = (offset: number): void => {
    if (position && offset > position.offset) position.offset = offset
  }

  const lookOnce = singleFlight(look)

  return {
    saw,

    /**
     * Reads the identity of the log. Call it before any other method except `onNewEpoch`.
     * @param mark how far this log, or another one, was known to reach
     */
    async open(mark?: LogPosition): Promise<void> {
      position = await readCounter(db)
      if (mark?.epoch === position.epoch) saw(mark.offset)
      await lookOnce()
    },

    /** Checks whether the log is still the same, and notifies listeners if not. Concurrent calls share one check. */
    look: lookOnce,

    /** Registers `listener` for a replaced log. */
    onNewEpoch(listener: NewEpochListener): void {
      listeners.push(listener)
    },

    /** The id of the log, as of the last check. */
    epoch: (): string => known().epoch,

    /** Prefix of the epoch for entity tags: versions of another log must not match. */
    epochTag: (): string => known().epoch.slice(0, TAG_LENGTH),

    /** The log's id, and the highest offset this process knows to be committed. */
    position: (): LogPosition => ({ ...known() }),

    /** Reads the log's current id from the database. */
    readEpoch: async (): Promise<string> => (await readCounter(db)).epoch,
  }
}
