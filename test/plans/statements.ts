/** The texts of the statements that a program has run, each once. */
export type Statements = Set<string>

/** How a database would run statements. */
export interface Plans {
  /** The plan of a statement that reads a whole table; undefined for one that doesn't. */
  faultOf(text: string): Promise<string | undefined>
  close(): Promise<void>
}

/** Whether it is of the kind that has a plan and that grows with the tables. */
export const hasPlan = (text: string) =>
  /^\s*(SELECT|UPDATE|DELETE|INSERT|WITH|\()/i.test(text) &&
  !/_prisma_migrations|sqlite_master|information_schema/i.test(text)
