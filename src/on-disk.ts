import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
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

/**
 * Creates a folder and its missing parents with mode 0700, and fsyncs their directory entries. One by one, because
 * Node's recursive mkdir never returns where a parent exists but takes no folders, as in /proc (Node 20 to 24).
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  const parent = dirname(resolve(folder))
  makeFolder(parent)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another process has created it meanwhile.
    if (existsSync(folder)) return
    throw error
  }
  syncNames(parent)
}
