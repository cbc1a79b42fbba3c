import { constants, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from '../on-disk.js'
import type { LogPosition } from './log-identity.js'

// Fixed length, so one write replaces the previous content.
const lineOf = ({ epoch, offset }: LogPosition) => `${epoch.padEnd(36)} ${String(offset).padStart(16)}\n`
const LINE = /^(\S+) +(\d{1,16})\n/
const LINE_BYTES = 64

/**
 * Opens the file recording how far the log reached, creating it with mode 0600 if missing. It lives outside the
 * database, so the next start can detect a database restored to an earlier state.
 * @throws file system errors
 */
export async function openPositionFile(file: string) {
  makeFolder(dirname(file))
  const handle = await open(file, constants.O_RDWR | constants.O_CREAT, 0o600)
  let written = ''

  return {
    /** Returns the position written last, by any process; undefined for a missing or damaged file. */
    async read(): Promise<LogPosition | undefined> {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(LINE_BYTES), 0, LINE_BYTES, 0)
      const [, epoch, offset] = LINE.exec(buffer.toString('latin1', 0, bytesRead)) ?? []
      return epoch === undefined ? undefined : { epoch, offset: Number(offset) }
    },

    /** Writes `position` if it changed. Not synced: losing a second is harmless. */
    async write(position: LogPosition): Promise<void> {
      const line = lineOf(position)
      if (line === written) return
      await handle.write(line, 0)
      written = line
    },

    close: () => handle.close(),
  }
}
