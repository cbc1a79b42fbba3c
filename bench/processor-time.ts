/** Returns the processor time used by this process, all of its threads included, in seconds. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
