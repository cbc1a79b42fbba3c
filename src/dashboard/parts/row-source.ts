import type { ReadonlySignal } from '@preact/signals'

/** Rows addressable by index and by id. */
export interface RowSource<T extends { id: string }> {
  readonly length: number
  /** Whether a page is loading. */
  readonly loading: ReadonlySignal<boolean>
  at(index: number): T | undefined
  indexOf(id: string): number
}
