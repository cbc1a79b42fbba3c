export type Level = 'info' | 'warn' | 'error'

export interface LineLimitOptions {
  /** Maximum lines per level, kind and second. */
  perSecond: number
  /** Called at the end of a second with the number of suppressed lines of a kind. */
  onSuppressed(level: Level, kind: string, count: number): void
}

const SECOND_MS = 1_000

/**
 * Rate-limits log lines by kind, so clients cannot control how fast the log grows. Keep the number of kinds small.
 * @returns a function that decides whether to write a line of a level and kind now
 */
export function createLineLimit({ perSecond, onSuppressed }: LineLimitOptions) {
  const counts = new Map<string, { level: Level; kind: string; count: number }>()
  let timer: NodeJS.Timeout | undefined
  const endSecond = () => {
    timer = undefined
    for (const { level, kind, count } of counts.values())
      if (count > perSecond) onSuppressed(level, kind, count - perSecond)
    counts.clear()
  }
  return (level: Level, kind: string): boolean => {
    timer ??= setTimeout(endSecond, SECOND_MS).unref()
    const key = `${level}:${kind}`
    const counted = counts.get(key) ?? { level, kind, count: 0 }
    counts.set(key, counted)
    return ++counted.count <= perSecond
  }
}
