import { constants, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { LogPosition } from './log-identity.js'

// Of a fixed length, so that one write replaces what was there.
const lineOf = ({ epoch, offset }: LogPosition) => `${epoch.padEnd(36)} ${String(offset).padStart(16)}\n`
const LINE = /^(\S+) +(\d{1,16})\n/
const LINE_BYTES = 64

/**
 * Opens the file that tells how far the log reached, making it for its owner alone where it is missing. It is outside of
 * the database, so that a database that was put back to an earlier state is recognised by it at the next start.
 * @throws what the file system refuses
 */
export async function openPositionFile(file: string) {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, constants.O_RDWR | constants.O_CREAT, 0o600)
  let written = ''

  return {
    /** What was written last, by whichever process; undefined where there is nothing sound in it. */
    async read(): Promise<LogPosition | undefined> {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(LINE_BYTES), 0, LINE_BYTES, 0)
      const [, epoch, offset] = LINE.exec(buffer.toString('latin1', 0, bytesRead)) ?? []
      return epoch === undefined ? undefined : { epoch, offset: Number(offset) }
    },

    /** Writes `position`, unless it was written last. It is not forced to disk: a second more or less is no harm. */
    async write(position: LogPosition): Promise<void> {
      const line = lineOf(position)
      if (line === written) return
      await handle.write(line, 0)
      written = line
    },

    close: () => handle.close(),
  }
}
