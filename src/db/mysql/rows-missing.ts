/** A deadlock's number: the transaction is rolled back and may be retried. */
const ER_LOCK_DEADLOCK = 1213

/** A statement affected another number of rows than it was given: its transaction must not be committed. */
export class RowsMissing extends Error {
  override name = 'RowsMissing'
  readonly errno = ER_LOCK_DEADLOCK
}

/** @throws RowsMissing unless a statement affected as many rows as it had to. */
export function expectRows(affected: number, expected: number): void {
  if (affected !== expected)
    throw new RowsMissing(`a statement affected ${affected} rows, not the ${expected} it was given`)
}
