import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs'

/**
 * Whether `path` exists but is not a regular file: a folder, device or pipe. Follows links. False if it cannot be
 * looked up: opening it reports why.
 */
export function isIrregular(path: string): boolean {
  try {
    return !statSync(path).isFile()
  } catch {
    return false
  }
}

/** Maximum size of a secret file: several times the largest sensible one, a list of keys. */
export const MAX_SECRET_BYTES = 16 * 1024

/**
 * Reads a regular file of at most `maxBytes` bytes of UTF-8. Refuses devices and pipes, which might never end. Follows
 * links, because Kubernetes mounts secrets as links.
 * @throws an error of the file system, or one whose message begins with "it"
 */
export function readSmallText(path: string, maxBytes: number): string {
  // Without O_NONBLOCK, which Windows lacks, opening a pipe blocks until it has a writer.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    if (!fstatSync(file).isFile()) throw new Error('it is not a regular file')
    const buffer = Buffer.alloc(maxBytes + 1)
    let length = 0
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = readSync(file, buffer, length, buffer.length - length, null)
    if (length > maxBytes) throw new Error(`it is larger than ${maxBytes / 1024} KiB`)
    return decode(buffer.subarray(0, length))
  } finally {
    closeSync(file)
  }
}

/** Rejects invalid UTF-8: replacement characters would destroy most of a random key's entropy. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Error('it is not text in UTF-8')
  }
}
