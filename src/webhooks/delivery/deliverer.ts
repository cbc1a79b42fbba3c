import type { Transport } from '../sending/transport.js'
import { Blocks, type ReadLog } from './blocks.js'
import { type Endpoint, now, type Progress } from './endpoint.js'
import { Lane, type LaneOptions } from './lane.js'

export interface DelivererOptions extends Pick<LaneOptions, 'epoch' | 'userAgent' | 'pauses' | 'trace'> {
  transport: Transport
  read: ReadLog
  /** Called when there is something to collect after a while without. */
  onNews(): void
}

/** How long `close` lets requests in flight continue. */
const CLOSE_MS = 2_000

/**
 * Delivers events to many endpoints side by side. It sends nothing after the time it was last granted: another process may
 * deliver then.
 */
export class Deliverer {
  readonly #options: DelivererOptions
  readonly #blocks: Blocks
  readonly #lanes = new Map<string, Lane>()
  /** The last reports of replaced lanes. */
  #left: Progress[] = []
  #until = 0
  #expiry: NodeJS.Timeout | undefined
  #hasNews = false

  constructor(options: DelivererOptions) {
    this.#options = options
    this.#blocks = new Blocks(options.read)
  }

  /** Permits sending until the time `until` of `now()`. */
  grant(until: number): void {
    this.#until = until
    clearTimeout(this.#expiry)
    this.#expiry = setTimeout(() => this.#expire(), Math.max(0, until - now()))
    for (const lane of this.#lanes.values()) lane.wake()
  }

  /** The log has events up to the offset `head`. */
  advance(head: number): void {
    if (head <= this.#blocks.head) return
    this.#blocks.advance(head)
    for (const lane of this.#lanes.values()) lane.wake()
  }

  /** Replaces the endpoints: those of a known generation continue where they are. */
  setEndpoints(endpoints: readonly Endpoint[]): void {
    const ids = new Set(endpoints.map(({ id }) => id))
    for (const [id, lane] of this.#lanes) if (!ids.has(id)) this.#end(id, lane)
    for (const endpoint of endpoints) {
      const lane = this.#lanes.get(endpoint.id)
      if (lane?.endpoint.generation === endpoint.generation) {
        lane.update(endpoint)
        continue
      }
      if (lane) this.#end(endpoint.id, lane)
      this.#lanes.set(endpoint.id, this.#newLane(endpoint))
    }
  }

  /** How many events the endpoint furthest behind is behind the log. */
  get behind(): number {
    let most = 0
    for (const { behind } of this.#lanes.values()) most = Math.max(most, behind)
    return most
  }

  /** Returns the changes since the last call. */
  collect(): Progress[] {
    this.#hasNews = false
    const progress = this.#left
    this.#left = []
    for (const lane of this.#lanes.values()) {
      const changed = lane.collect()
      if (changed) progress.push(changed)
    }
    return progress
  }

  /** Ends; requests in flight have a short time left. @returns the changes since the last `collect` */
  async close(): Promise<Progress[]> {
    const lanes = [...this.#lanes.values()]
    const timer = setTimeout(() => {
      for (const lane of lanes) lane.abort()
    }, CLOSE_MS)
    await Promise.all(lanes.map((lane) => lane.drain()))
    clearTimeout(timer)
    clearTimeout(this.#expiry)
    const progress = this.collect()
    await this.#options.transport.close()
    return progress
  }

  #newLane(endpoint: Endpoint): Lane {
    const { transport, epoch, userAgent, pauses, trace, onNews } = this.#options
    return new Lane(endpoint, {
      transport,
      blocks: this.#blocks,
      epoch,
      userAgent,
      pauses,
      trace,
      maySend: () => now() < this.#until,
      onNews: () => {
        if (this.#hasNews) return
        this.#hasNews = true
        onNews()
      },
    })
  }

  #end(id: string, lane: Lane): void {
    this.#lanes.delete(id)
    const progress = lane.collect()
    if (progress) this.#left.push(progress)
    void lane.stop()
  }

  #expire(): void {
    if (now() < this.#until) return this.grant(this.#until) // the timer was early
    for (const lane of this.#lanes.values()) lane.abort()
  }
}
