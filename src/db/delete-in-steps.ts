/** Rows to be deleted, oldest first. */
interface OldRows {
  /** Rows per transaction, so other writers are not blocked. */
  step: number
  find(take: number): Promise<{ id: string }[]>
  /** Deletes the rows `ids` in one transaction. @returns the number of deleted rows */
  remove(ids: string[]): Promise<{ count: number }>
}

/** Deletes rows in small transactions, until none is left or `signal` is aborted. @returns the number of deleted rows */
export async function deleteInSteps({ step, find, remove }: OldRows, signal: AbortSignal): Promise<number> {
  let deleted = 0
  while (!signal.aborted) {
    const rows = await find(step)
    if (rows.length === 0) break
    deleted += (await remove(rows.map(({ id }) => id))).count
  }
  return deleted
}
