/** Rows that can be found by their place and by their id. */
export interface RowSource<T extends { id: string }> {
  readonly length: number
  at(index: number): T | undefined
  indexOf(id: string): number
}
