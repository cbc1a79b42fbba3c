/**
 * Starts to measure a slice of work. Its length is that of the processor time: by the clock alone, a process that shares
 * its processor would pause after having done next to nothing.
 */
export function stopwatch() {
  const begun = performance.now()
  const used = process.cpuUsage()
  const passed = () => performance.now() - begun
  return {
    /** Returns the milliseconds of the clock since the start. */
    passed,

    /** Whether `ms` milliseconds were worked. The processor time is that of all threads, so the clock counts too. */
    worked(ms: number): boolean {
      if (passed() < ms) return false
      const { user, system } = process.cpuUsage(used)
      return (user + system) / 1000 >= ms
    },
  }
}
