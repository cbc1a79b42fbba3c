import { isUtf8 } from 'node:buffer'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { invalidRequest, Problem, problems } from '../../errors.js'

/** The longest file, in bytes. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024
/** The longest line, in bytes. */
export const MAX_LINE_BYTES = 16 * 1024

/** Bytes that are split before other work gets a turn. */
const SLICE_BYTES = 16 * 1024
const LINE_FEED = 0x0a
const BYTE_ORDER_MARK = '\ufeff'

/** A line of a file, numbered from 1. */
export interface FileLine {
  line: number
  text: string
  /** Why it cannot be read: `text` is empty then. */
  fault?: 'encoding' | 'length'
}

export const fileTooLarge = () =>
  new Problem(problems.bodyTooLarge, `A file may have ${MAX_FILE_BYTES / 1024 / 1024} MiB at most.`)

export const fileFault = (message: string, path = 'file') => invalidRequest([{ path, message }])

/** Refuses UTF-16 and UTF-32 by their byte order mark, or by the zero bytes of their first letter. */
function refuseWideEncoding(start: Buffer): void {
  const [first, second] = start
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (isMarked || first === 0 || second === 0)
    throw fileFault('is in UTF-16: save it in UTF-8 ("CSV UTF-8" in spreadsheets)')
}

/** Splits `block`, which ends with a line, decoding line by line only if some line is not in UTF-8. */
function* split(block: Buffer): Generator<Omit<FileLine, 'line'>> {
  const isSound = isUtf8(block)
  const texts = block.toString(isSound ? 'utf8' : 'latin1').split('\n')
  texts.pop()
  for (const raw of texts) {
    // A Latin-1 text has one character for each byte.
    if (!isSound && !isUtf8(Buffer.from(raw, 'latin1'))) yield { text: '', fault: 'encoding' }
    else if (raw.length > MAX_LINE_BYTES) yield { text: '', fault: 'length' }
    else {
      const text = isSound ? raw : Buffer.from(raw, 'latin1').toString()
      yield { text: text.endsWith('\r') ? text.slice(0, -1) : text }
    }
  }
}

/**
 * Splits a file into lines, without a byte order mark and line ends, in groups as they arrive. No more than a line is kept:
 * the rest of one that is too long is passed over.
 * @throws Problem bodyTooLarge past MAX_FILE_BYTES; invalidRequest for an empty file, or one in UTF-16
 */
export async function* linesOf(file: AsyncIterable<Buffer>): AsyncGenerator<FileLine[]> {
  let bytes = 0
  let line = 0
  let pending: Buffer = Buffer.alloc(0)
  let isSkipping = false

  const next = (part: Omit<FileLine, 'line'>): FileLine => {
    line++
    if (line === 1 && part.text.startsWith(BYTE_ORDER_MARK)) return { line, text: part.text.slice(1) }
    return { line, ...part }
  }

  for await (const chunk of file) {
    bytes += chunk.length
    if (bytes > MAX_FILE_BYTES) throw fileTooLarge()
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      let slice = chunk.subarray(at, at + SLICE_BYTES)
      if (isSkipping) {
        const end = slice.indexOf(LINE_FEED)
        if (end === -1) continue
        slice = slice.subarray(end + 1)
        isSkipping = false
      }
      pending = pending.length > 0 ? Buffer.concat([pending, slice]) : slice
      if (line === 0) refuseWideEncoding(pending) // it has the first bytes
      const end = pending.lastIndexOf(LINE_FEED) + 1
      if (end > 0) yield [...split(pending.subarray(0, end))].map(next)
      pending = pending.subarray(end)
      if (pending.length > MAX_LINE_BYTES) {
        yield [next({ text: '', fault: 'length' })]
        pending = Buffer.alloc(0)
        isSkipping = true
      }
      await nextTurn()
    }
  }
  if (bytes === 0) throw fileFault('is empty')
  if (pending.length > 0) yield [...split(Buffer.concat([pending, Buffer.from('\n')]))].map(next)
}
