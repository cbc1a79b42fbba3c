export interface LineLimitOptions {
  /** Maximum lines per kind and second. */
  perSecond: number
  /** Called at the end of a second with the number of suppressed lines of a kind. */
  onSuppressed(kind: string, count: number): void
}

const SECOND_MS = 1_000

/**
 * Rate-limits log lines by kind, so clients cannot control how fast the log grows. Keep the number of kinds small.
 * @returns a function that decides whether to write a line of `kind` now
 */
export function createLineLimit({ perSecond, onSuppressed }: LineLimitOptions): (kind: string) => boolean {
  const counts = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  const endSecond = () => {
    timer = undefined
    for (const [kind, count] of counts) if (count > perSecond) onSuppressed(kind, count - perSecond)
    counts.clear()
  }
  return (kind) => {
    timer ??= setTimeout(endSecond, SECOND_MS).unref()
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    return count <= perSecond
  }
}
