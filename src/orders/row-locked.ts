/** The order was not decided: another transaction holds a row it needs. */
export class RowLocked {
  /** Id of the locked row: a product or a user. */
  readonly row: string
  constructor(row: string) {
    this.row = row
  }
}

/** The lock wait of a transaction timed out. Nothing was changed. */
export class RowLockTimeout extends Error {
  override name = 'RowLockTimeout'
}
