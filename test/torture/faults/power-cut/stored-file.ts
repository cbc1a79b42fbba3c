import { closeSync, copyFileSync, fchmodSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { everything, type Survival } from './survival.js'

/** The unit a disk writes atomically. */
const SECTOR_BYTES = 512

export type Change = { kind: 'write'; offset: number; data: Buffer } | { kind: 'truncate'; size: number }

const sizeAfter = (size: number, change: Change) =>
  change.kind === 'truncate' ? change.size : Math.max(size, change.offset + change.data.length)

/** Writes the surviving sectors of a change below `end`. */
function writeSectors(
  fd: number,
  n: number,
  { offset, data }: Change & { kind: 'write' },
  keep: Survival,
  end: number,
) {
  const first = Math.floor(offset / SECTOR_BYTES)
  for (let at = 0, nth = 0; at < data.length; nth++) {
    const next = Math.min((first + nth + 1) * SECTOR_BYTES - offset, data.length)
    if (offset + at < end && keep.has(n, first + nth, nth)) writeSync(fd, data, at, next - at, offset + at)
    at = next
  }
}

/** Applies the surviving parts of `changes` to an open file with the content of the last sync. */
function write(fd: number, changes: readonly Change[], keep: Survival): void {
  let size = fstatSync(fd).size
  let end = Number.POSITIVE_INFINITY
  for (const [n, change] of changes.entries()) {
    if (change.kind === 'write') writeSectors(fd, n, change, keep, end)
    // If the truncation is not on disk, neither is any later data beyond its size.
    else if (n < keep.sizes) ftruncateSync(fd, change.size)
    else end = Math.min(end, change.size)
    if (n < keep.sizes) size = sizeAfter(size, change)
  }
  ftruncateSync(fd, size)
}

/** A file on a simulated disk: its content at the last sync, stored in `scratch`, and the changes since then. */
export class StoredFile {
  readonly #scratch: string
  #changes: Change[] = []
  #persisted = 0

  constructor(scratch: string) {
    this.#scratch = scratch
    closeSync(openSync(scratch, 'a'))
  }

  change(change: Change): void {
    this.#changes.push(change)
  }

  /** The number of changes so far. */
  get changes(): number {
    return this.#persisted + this.#changes.length
  }

  /** Makes the first `count` changes durable. */
  persist(count: number): void {
    const persisted = this.#changes.splice(0, Math.max(0, count - this.#persisted))
    this.#persisted += persisted.length
    const fd = openSync(this.#scratch, 'r+')
    try {
      write(fd, persisted, everything(persisted.length))
    } finally {
      closeSync(fd)
    }
  }

  /** Writes the result of a power cut to the new file `path`, given the survival of the unsynced changes. */
  copyTo(path: string, mode: number, survives: (count: number) => Survival): void {
    copyFileSync(this.#scratch, path)
    const fd = openSync(path, 'r+')
    try {
      write(fd, this.#changes, survives(this.#changes.length))
      fchmodSync(fd, mode)
    } finally {
      closeSync(fd)
    }
  }
}
