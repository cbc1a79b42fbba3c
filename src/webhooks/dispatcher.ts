import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../db/db.js'
import type { Endpoint, Progress } from './delivery/endpoint.js'
import { now } from './delivery/endpoint.js'
import type { Delivering, StartOptions } from './delivery/start-thread.js'
import { BEAT_MS, Lease, LeaseLost } from './lease.js'
import { LogReplaced, type SaveOptions, savingOf } from './save-progress.js'

export interface DispatcherOptions extends SaveOptions {
  db: Db
  /** Starts a deliverer of the events of the log `epoch`. */
  start(options: Pick<StartOptions, 'epoch' | 'read' | 'onNews'>): Delivering
  /** Reads the enabled webhooks. */
  load(): Promise<Endpoint[]>
  read: StartOptions['read']
  /** The log's id, and up to where it may be read. */
  epoch(): string
  head(): number
  /** Called with the saved reports. */
  onSaved(reports: readonly Progress[]): void
  /** Called when this process begins to deliver, and when another takes over. */
  onLead(isLeading: boolean): void
  /** Called with the first failure of a series, and with `undefined` when it ends. */
  onFailure(error: unknown): void
}

const LOOK_MS = 1_000
/** Least time between two saves: a killed process repeats the requests sent within it. */
const SAVE_EVERY_MS = 1_000
/** How soon a first attempt after a while is saved. */
const SAVE_SOON_MS = 100

/**
 * Has one process at a time deliver to all webhooks. While it holds the lease, it runs a deliverer, and saves its
 * progress every second; the others check every second whether to take over.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #lease: Lease
  #closed = false
  #isFailing = false
  #hasChanged = true
  #wake = new AbortController()
  #delivering: Delivering | undefined
  #epoch = ''
  #running: Promise<void> | undefined

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#lease = new Lease(options.db)
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** The log has more events. */
  advance(): void {
    this.#delivering?.advance(this.#options.head())
  }

  /** How many events the webhook furthest behind is behind the log, a second or two ago; 0 if another process delivers. */
  get behind(): number {
    return this.#delivering?.behind ?? 0
  }

  /** This process has changed a webhook. */
  changed(): void {
    this.#hasChanged = true
    this.#wake.abort()
  }

  /** The log was replaced: its offsets are those of other events. */
  startOver(): void {
    this.changed()
  }

  /** Stops delivering and gives the lease back. */
  async close(): Promise<void> {
    this.#closed = true
    this.#wake.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    let known: bigint | undefined
    let count = 0
    while (!this.#closed) {
      try {
        const { revision, isFree } = await this.#lease.look()
        if (revision !== known || this.#hasChanged) {
          this.#hasChanged = false
          count = await this.#options.db.read.webhook.count({ where: { disabledAt: null } })
          known = revision
        }
        if (count > 0 && isFree) {
          known = undefined
          await this.#lead()
        }
        this.#recovered()
      } catch (error) {
        this.#failed(error)
      }
      await this.#pause(LOOK_MS)
    }
  }

  #failed(error: unknown): void {
    if (error instanceof LeaseLost || error instanceof LogReplaced) return
    if (!this.#isFailing) this.#options.onFailure(error)
    this.#isFailing = true
  }

  #recovered(): void {
    if (this.#isFailing) this.#options.onFailure(undefined)
    this.#isFailing = false
  }

  /** Delivers while it holds the lease and there is a webhook. */
  async #lead(): Promise<void> {
    const { start, read, epoch, head, onLead } = this.#options
    const until = await this.#lease.take()
    if (until === undefined) return
    this.#epoch = epoch()
    let savedAt = Number.NEGATIVE_INFINITY
    let newsAt = Number.POSITIVE_INFINITY
    // The first attempt after a while is saved soon, and the others with those of a second.
    const saveAt = () => Math.max(savedAt + SAVE_EVERY_MS, newsAt + SAVE_SOON_MS)
    const delivering = start({
      epoch: this.#epoch,
      read,
      onNews: () => {
        newsAt = now()
        this.#wake.abort()
      },
    })
    this.#delivering = delivering
    onLead(true)
    let reports: Progress[] = []
    let isReplaced = false
    try {
      delivering.grant(until)
      delivering.advance(head())
      let revision = await this.#reload(delivering)
      let beatAt = now()
      while (!this.#closed && revision !== undefined && epoch() === this.#epoch) {
        await this.#pause(Math.min(LOOK_MS / 2, Math.max(saveAt() - now(), 0)))
        if (now() >= Math.min(saveAt(), beatAt + BEAT_MS)) {
          newsAt = Number.POSITIVE_INFINITY
          reports.push(...(await delivering.collect()))
          delivering.grant(await this.#save(reports))
          if (reports.some(({ disabled }) => disabled)) this.#hasChanged = true
          beatAt = now()
          if (reports.length > 0) savedAt = beatAt
          reports = []
          this.#recovered()
        }
        const seen = await this.#lease.look()
        if (seen.revision !== revision || this.#hasChanged) revision = await this.#reload(delivering)
      }
    } catch (error) {
      isReplaced = error instanceof LogReplaced
      throw error
    } finally {
      this.#delivering = undefined
      reports.push(...(await delivering.close()))
      await this.#release(isReplaced || epoch() !== this.#epoch ? undefined : reports)
      onLead(false)
    }
  }

  /** Reads the webhooks. @returns their revision; undefined if there are none */
  async #reload(delivering: Delivering): Promise<bigint | undefined> {
    this.#hasChanged = false
    const { revision } = await this.#lease.look()
    const endpoints = await this.#options.load()
    delivering.setEndpoints(endpoints)
    return endpoints.length > 0 ? revision : undefined
  }

  async #save(reports: Progress[]): Promise<number> {
    const until = await this.#lease.beat(savingOf(this.#options, this.#epoch, reports))
    this.#options.onSaved(reports)
    return until
  }

  /**
   * Saves the last reports, unless the log was replaced, and gives the lease back. After a failure, another process takes it
   * over.
   */
  async #release(reports: Progress[] | undefined): Promise<void> {
    const save = reports ? savingOf(this.#options, this.#epoch, reports) : async () => {}
    try {
      await this.#lease.release(save)
      if (reports) this.#options.onSaved(reports)
    } catch (error) {
      this.#failed(error)
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#closed || this.#hasChanged) return
    this.#wake = new AbortController()
    await sleep(ms, undefined, { signal: this.#wake.signal, ref: false }).catch(() => {})
  }
}
