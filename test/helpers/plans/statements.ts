/** Distinct statement texts run by a program. */
export type Statements = Set<string>

/** Tables of a limited number of rows: MAX_WEBHOOKS. */
export const BOUNDED_TABLES = ['webhooks']

/** Explains statements on a database. */
export interface Plans {
  /** Returns the plan of a statement with a full table scan, otherwise undefined. */
  faultOf(text: string): Promise<string | undefined>
  close(): Promise<void>
}

/** Returns whether a statement has a plan and its cost grows with the tables. */
export const hasPlan = (text: string) =>
  /^\s*(SELECT|UPDATE|DELETE|INSERT|WITH|\()/i.test(text) &&
  !/_prisma_migrations|sqlite_master|information_schema/i.test(text)
