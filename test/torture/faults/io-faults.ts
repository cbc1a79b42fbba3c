import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { native } from './native.js'

/** The kinds of calls in native/io-faults.c. */
const CALLS = { read: 1, write: 2, sync: 4, truncate: 8, open: 16, map: 32, name: 64 }

export type Call = keyof typeof CALLS

export interface Failing {
  error: 'EIO' | 'ENOSPC' | 'EROFS'
  calls: readonly Call[]
  /** The probability of failure of each call, from 0 to 1. */
  chance: number
  /** A 32-bit integer. */
  seed: number
}

const CONTROL_BYTES = 32
const INJECTED_AT = 24

/** Makes system calls of other processes on some files fail. Controls native/io-faults.c through its `struct control`. */
export class IoFaults {
  readonly #control: string
  readonly #files: string
  readonly #fd: number

  /**
   * @param files the prefix of the absolute paths of the files, with symbolic links and dots resolved
   * @param control a new file for the communication with the processes
   */
  constructor(files: string, control: string) {
    this.#files = files
    this.#control = control
    this.#fd = openSync(control, 'wx+', 0o600)
    writeSync(this.#fd, Buffer.alloc(CONTROL_BYTES), 0, CONTROL_BYTES, 0)
  }

  /** The environment of a process subject to these faults. */
  async env(): Promise<Record<string, string>> {
    const LD_PRELOAD = await native('io-faults')
    return { LD_PRELOAD, TORTURE_IO_CONTROL: this.#control, TORTURE_IO_FILES: this.#files }
  }

  /** Starts failing calls. */
  begin({ error, calls, chance, seed }: Failing): void {
    this.end()
    const words = [
      calls.reduce((sum, call) => sum | CALLS[call], 0),
      Math.min(chance * 2 ** 32, 2 ** 32 - 1),
      seed,
    ]
    this.#write(4, Uint32Array.from(words))
    this.#write(0, Uint32Array.of(constants.errno[error]))
  }

  /** Stops failing calls. */
  end(): void {
    this.#write(0, Uint32Array.of(0))
  }

  /** The number of failed calls so far. */
  get injected(): number {
    const count = new BigUint64Array(1)
    readSync(this.#fd, count, 0, count.byteLength, INJECTED_AT)
    return Number(count[0])
  }

  close(): void {
    this.end()
    closeSync(this.#fd)
  }

  #write(at: number, words: Uint32Array): void {
    writeSync(this.#fd, words, 0, words.byteLength, at)
  }
}
