import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../../random.js'
import { native } from '../native.js'
import { Disk } from './disk.js'
import { type Entry, readJournal } from './journal.js'

/** Records the writes of processes to the folder `root`, and simulates power cuts from them. */
export class Recording {
  readonly #root: string
  readonly #directory: string
  #disk: Disk

  /**
   * @param root the absolute path of an existing folder, with symbolic links and dots resolved
   * @param directory an existing folder for private files
   */
  constructor(root: string, directory: string) {
    this.#root = root
    this.#directory = directory
    this.#disk = this.#begin()
  }

  get #journal(): string {
    return join(this.#directory, 'journal')
  }

  /** The environment of a recorded process. */
  async env(): Promise<Record<string, string>> {
    return {
      LD_PRELOAD: await native('write-journal'),
      TORTURE_DISK: `${this.#root}/`,
      TORTURE_JOURNAL: this.#journal,
    }
  }

  #begin(): Disk {
    const scratch = join(this.#directory, 'scratch')
    rmSync(scratch, { recursive: true, force: true })
    rmSync(this.#journal, { force: true })
    mkdirSync(scratch)
    return new Disk(this.#root, scratch)
  }

  /** Treats the current content as synced and starts a new recording. No recorded process may be running. */
  begin(): void {
    this.#disk = this.#begin()
  }

  /** The indexes of the matching records, by default of all records. */
  find(matches: (entry: Entry) => boolean = () => true): number[] {
    const found: number[] = []
    let n = 0
    for (const entry of readJournal(this.#journal)) {
      if (matches(entry)) found.push(n)
      n++
    }
    return found
  }

  /** Applies all records since `begin` to the simulated disk, yielding each one after it has been applied. */
  *entries(): Generator<Entry> {
    for (const entry of readJournal(this.#journal)) {
      this.#disk.apply(entry)
      yield entry
    }
  }

  /** Applies all records since `begin`. */
  replay(): void {
    for (const _ of this.entries());
  }

  /** Writes the result of a power cut at this point of the replay to `into`; without `random`, keeps all writes. */
  cut(random: Random | undefined, into: string): void {
    this.#disk.cut(random, into)
  }

  /** Replaces the files with the result of a power cut at this point of the replay, and starts a new recording. */
  cutHere(random: Random): void {
    for (const name of readdirSync(this.#root)) rmSync(join(this.#root, name), { recursive: true })
    this.#disk.cut(random, this.#root)
    this.begin()
  }
}
