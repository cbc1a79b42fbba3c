export interface LineLimitOptions {
  /** Lines of one kind that are written in one second, at most. */
  perSecond: number
  /** Hears, at the end of a second, how many lines of a kind were left out in it. */
  onLeftOut(kind: string, count: number): void
}

const SECOND_MS = 1_000

/**
 * Bounds how many lines of each kind go to the log: whoever sends requests must not decide how fast it grows. There must
 * be few kinds.
 * @returns whether a line of `kind` may be written now
 */
export function createLineLimit({ perSecond, onLeftOut }: LineLimitOptions): (kind: string) => boolean {
  const counts = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  const endSecond = () => {
    timer = undefined
    for (const [kind, count] of counts) if (count > perSecond) onLeftOut(kind, count - perSecond)
    counts.clear()
  }
  return (kind) => {
    timer ??= setTimeout(endSecond, SECOND_MS).unref()
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    return count <= perSecond
  }
}
