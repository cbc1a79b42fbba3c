const HEADER_BYTES = 4

/** Returns `text` as a frame: its length in bytes as four bytes, and its UTF-8. */
export function frameOf(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length)
  frame.writeUInt32BE(length)
  frame.write(text, HEADER_BYTES)
  return frame
}

/** Puts the frames of a stream together again. */
export class FrameReader {
  readonly #onFrame: (text: string) => void
  #chunks: Buffer[] = []
  #bytes = 0

  /** @param onFrame called with the text of each frame */
  constructor(onFrame: (text: string) => void) {
    this.#onFrame = onFrame
  }

  /** Takes the next bytes of the stream. */
  add(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    let frame = this.#next()
    while (frame !== undefined) {
      this.#onFrame(frame)
      frame = this.#next()
    }
  }

  /** Takes one whole frame off the received bytes, if there is one. */
  #next(): string | undefined {
    if (this.#bytes < HEADER_BYTES) return undefined
    // A long frame is joined once it is whole, not with each of its chunks.
    if ((this.#chunks[0]?.length ?? 0) < HEADER_BYTES) this.#join()
    const length = (this.#chunks[0] as Buffer).readUInt32BE()
    if (this.#bytes < HEADER_BYTES + length) return undefined
    const bytes = this.#join()
    const end = HEADER_BYTES + length
    this.#chunks = bytes.length > end ? [bytes.subarray(end)] : []
    this.#bytes -= end
    return bytes.toString('utf8', HEADER_BYTES, end)
  }

  #join(): Buffer {
    const [first] = this.#chunks
    const joined = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks)
    this.#chunks = [joined]
    return joined
  }
}
