import type { AnyEvent } from '../contract/events.js'

/** The part of the log needed by the relay. */
interface ReadableLog {
  head(): Promise<number>
  read(after: number, limit: number): Promise<AnyEvent[]>
}

export interface RelayOptions {
  log: ReadableLog
  /** Poll interval for events committed by others, in milliseconds. */
  pollMs: number
  /**
   * Minimum interval between deliveries, in milliseconds, batching bursts. After a delivery that took longer, the relay
   * pauses for the same time.
   */
  paceMs: number
  /** When a delivery, or the next slice of one, may start; undefined means immediately. */
  settled?(): Promise<void> | undefined
  /** Called when the log cannot be read; the relay keeps trying. */
  onError(error: unknown): void
  /** Called when the log is readable again. */
  onRecovered?(): void
}

/** Receives events in offset order, without gaps or repeats. Must not throw. */
export type RelayListener = (events: AnyEvent[]) => void

/**
 * Begins to send events to those who follow at this moment, as RelayListener, and returns the rest of the work in short
 * steps. All of it is done before any later event is delivered. Must not throw.
 */
export type Broadcast = (events: AnyEvent[]) => Iterable<unknown>

/**
 * Called for events never to be delivered: the range `gap`, deleted before this relay had read it, or, without `gap`,
 * the rest of a replaced log. Must not throw.
 */
export type SkipListener = (gap: { first: number; last: number } | undefined) => void
