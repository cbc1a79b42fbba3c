import { UsageError } from '../user/arguments.js'

/** Ignores that the reader of the output has left, as with `stockroom verify | head -n 1`: the work goes on, and its status counts. */
function ignoreLeftReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/**
 * Runs `work` of a command. If it fails, prints the reason after `failure`, such as "No backup was made", and sets the exit
 * status to 1, or to 2 for a UsageError.
 */
export async function attempt(failure: string, work: () => Promise<void>): Promise<void> {
  if (!process.stdout.listeners('error').includes(ignoreLeftReader))
    process.stdout.on('error', ignoreLeftReader)
  try {
    await work()
  } catch (error) {
    console.error(`${failure}: ${(error as Error).message}`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}
