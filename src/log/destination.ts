import pino from 'pino'

/** Bytes of lines that are kept for later while the log cannot be written; lines beyond them are dropped. */
const KEPT_BYTES = 1024 * 1024
const RETRY_MS = 1_000
/** Control characters that JSON leaves as they are: some terminals and tools take them for commands and line ends. */
const CONTROLS = /[\u007f-\u009f\u2028\u2029]/g

const escapeControl = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

export interface DestinationOptions {
  /** The file descriptor that lines are written to. */
  fd: number
  /** Takes a sentence for the operator, when lines cannot be written any more and when they can again. */
  report(sentence: string): void
}

/**
 * A destination for pino that never ends the process and never blocks it. By default, pino throws an error that nobody
 * catches when the disk is full, and waits in a loop for a pipe that nobody reads. Here lines that cannot be written are
 * kept, up to a bound, and written when that is possible again. (A pipe must be in non-blocking mode, which Node sets when
 * `process.stdout` is first used.)
 */
export function createLogDestination({ fd, report }: DestinationOptions): pino.DestinationStream {
  const file = pino.destination({
    dest: fd,
    sync: true,
    maxLength: KEPT_BYTES,
    retryEAGAIN: () => false,
  })
  let isFailing = false
  let dropped = 0
  let retry: NodeJS.Timeout | undefined
  const writeKept = () => {
    retry = undefined
    file.write('')
  }
  file
    .on('error', ({ message }: Error) => {
      if (!isFailing) report(`The log cannot be written: ${message}.`)
      isFailing = true
      retry ??= setTimeout(writeKept, RETRY_MS).unref()
    })
    .on('drop', () => dropped++)
    .on('drain', () => {
      if (isFailing) report(`The log is written again; ${dropped} lines were lost.`)
      isFailing = false
      dropped = 0
    })
  process.once('exit', writeKept)
  // Nothing but `write`: pino would call `flushSync` for a fatal error, which repeats a write that fails for ever.
  return { write: (line) => void file.write(line.replace(CONTROLS, escapeControl)) }
}
