import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Fsyncs a file. */
export function sync(file: string): void {
  const fd = openSync(file, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Fsyncs a folder: syncing a file does not persist its directory entry (fsync(2)). A no-op on Windows. */
export function syncNames(folder: string): void {
  if (process.platform !== 'win32') sync(folder)
}

/** Creates a folder and its missing parents with mode 0700, and fsyncs their directory entries. */
export function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = resolve(folder); ; made = dirname(made)) {
    syncNames(dirname(made))
    if (made === first) return
  }
}
