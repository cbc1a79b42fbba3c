/** An order was not decided: another transaction holds a row that it needs. */
export class Held {
  /** The id of that row: of a product or of a user. */
  readonly row: string
  constructor(row: string) {
    this.row = row
  }
}

/** Within the time that a transaction waits for a row it did not get it. Nothing was changed. */
export class StillHeld extends Error {
  override name = 'StillHeld'
}
