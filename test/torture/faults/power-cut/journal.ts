import { closeSync, openSync, readSync } from 'node:fs'

/** A file operation: `struct record` of native/write-journal.c. Times are nanoseconds of CLOCK_MONOTONIC. */
export type Entry = { time: bigint } & (
  | { kind: 'create'; inode: bigint; mode: number; path: string }
  | { kind: 'write'; inode: bigint; offset: number; data: Buffer }
  | { kind: 'truncate'; inode: bigint; size: number }
  /** The beginning and end of a sync. At the end, everything before the beginning is on disk. */
  | { kind: 'syncing' | 'synced'; inode: bigint; sync: bigint }
  | { kind: 'rename' | 'link'; path: string; to: string }
  | { kind: 'unlink'; path: string }
  /** From now on, the file may change through memory without a record. */
  | { kind: 'mapped'; inode: bigint }
)

const KINDS = [
  'create',
  'write',
  'truncate',
  'syncing',
  'synced',
  'rename',
  'unlink',
  'link',
  'mapped',
] as const
const HEAD_BYTES = 32

/** Fills `buffer` from the current position. @returns false at the end of the file */
function fill(fd: number, buffer: Buffer): boolean {
  for (let done = 0; done < buffer.length; ) {
    const bytes = readSync(fd, buffer, done, buffer.length - done, null)
    if (bytes === 0) return false
    done += bytes
  }
  return true
}

function entryOf(head: Buffer, content: Buffer): Entry {
  const kind = KINDS[head.readUInt32LE(0) - 1]
  const time = head.readBigUInt64LE(8)
  const inode = head.readBigUInt64LE(16)
  const number = head.readBigUInt64LE(24)
  const [path = '', to = ''] = kind === 'write' ? [] : content.toString().split('\0')
  switch (kind) {
    case 'create':
      return { kind, time, inode, mode: Number(number), path }
    case 'write':
      return { kind, time, inode, offset: Number(number), data: content }
    case 'truncate':
      return { kind, time, inode, size: Number(number) }
    case 'syncing':
    case 'synced':
      return { kind, time, inode, sync: number }
    case 'rename':
    case 'link':
      return { kind, time, path, to }
    case 'unlink':
      return { kind, time, path }
    case 'mapped':
      return { kind, time, inode }
    default:
      throw new Error(`unknown kind of journal record: ${head.readUInt32LE(0)}`)
  }
}

/** Reads a journal to its end, or to an incomplete record left by a killed writer. */
export function* readJournal(file: string): Generator<Entry> {
  const fd = openSync(file, 'r')
  try {
    for (;;) {
      const head = Buffer.alloc(HEAD_BYTES)
      if (!fill(fd, head)) return
      const content = Buffer.alloc(head.readUInt32LE(4))
      if (!fill(fd, content)) return
      yield entryOf(head, content)
    }
  } finally {
    closeSync(fd)
  }
}
