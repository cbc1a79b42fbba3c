const HEADER_BYTES = 4
const COM_QUERY = 0x03
const COMMIT = Buffer.concat([Buffer.from([COM_QUERY]), Buffer.from('COMMIT')])

/**
 * Finds COMMITs in the stream from a client to a MySQL or MariaDB server, however it is split into chunks. A packet has three
 * bytes of length, one sequence byte and a payload, starting with the command byte
 * (https://mariadb.com/kb/en/0-packet/, https://mariadb.com/kb/en/com_query/).
 */
export class CommitFinder {
  #rest: Buffer = Buffer.alloc(0)

  /** @returns the number of bytes in `chunk` before the first COMMIT; undefined if there is none */
  find(chunk: Buffer): number | undefined {
    const before = this.#rest.length
    let bytes = before > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    let read = 0
    let found: number | undefined
    while (bytes.length >= HEADER_BYTES) {
      const length = HEADER_BYTES + bytes.readUIntLE(0, 3)
      if (bytes.length < length) break
      if (bytes.subarray(HEADER_BYTES, length).equals(COMMIT)) found ??= Math.max(read - before, 0)
      bytes = bytes.subarray(length)
      read += length
    }
    this.#rest = Buffer.from(bytes)
    return found
  }
}
