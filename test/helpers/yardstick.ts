const NUMBERS = Float64Array.from({ length: 100_000 }, (_, i) => (i * 2_654_435_761) % 4_294_967_296)

/**
 * Measures the CPU time of a fixed amount of work, in milliseconds: 9 on an idle two-core cloud machine. Sharing a
 * core's caches stretches the CPU time of all programs alike.
 */
export function yardstick(): number {
  const before = process.cpuUsage()
  NUMBERS.slice().sort()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
