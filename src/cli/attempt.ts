import { UsageError } from '../user/arguments.js'

/**
 * Runs `work` of a command. If it fails, prints the reason after `failure`, such as "No backup was made", and sets the exit
 * status to 1, or to 2 for a UsageError.
 */
export async function attempt(failure: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    console.error(`${failure}: ${(error as Error).message}`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}
