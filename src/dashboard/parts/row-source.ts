import type { ReadonlySignal } from '@preact/signals'

/** Rows that can be found by their place and by their id. */
export interface RowSource<T extends { id: string }> {
  readonly length: number
  /** Whether some of them are on their way. */
  readonly loading: ReadonlySignal<boolean>
  at(index: number): T | undefined
  indexOf(id: string): number
}
