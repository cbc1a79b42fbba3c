import { DatabaseBusy, StorageUnavailable } from '../errors.js'
import { retryWhileBusy } from '../retry.js'
import { sqlite } from './dialect.js'

const PATIENCE_MS = 30_000

/**
 * Runs `open`, a step of opening a file, and repeats it for 30 s while another process has the file locked: because it
 * migrates, recovers the write-ahead log, or switches the journal. SQLite does not call its busy handler in all of these.
 * @throws the driver's own error, also of the last attempt
 */
export async function waitForLock<T>(open: () => T | Promise<T>): Promise<T> {
  try {
    return await retryWhileBusy(async () => open(), { isBusy: sqlite.isBusy, patience: PATIENCE_MS })
  } catch (error) {
    throw error instanceof DatabaseBusy || error instanceof StorageUnavailable ? error.cause : error
  }
}
