/** An item of a queue. */
export interface Queued {
  weight: number
  /** Whom it belongs to. */
  owner: string
}

/**
 * Chooses the next batch from `queue`: the first item of each owner, in the order of their arrival, then the second of each,
 * and so on (round-robin fair queueing; Nagle, RFC 970). So an owner with a thousand items delays another one's by its
 * share of a batch, not by all of them. Items of one owner keep their order.
 * @param maxWeight weight of the batch; it holds at least one item
 * @returns the batch, and the rest of the queue in its former order
 */
export function fairBatch<T extends Queued>(
  queue: readonly T[],
  maxWeight: number,
): { batch: T[]; rest: T[] } {
  const counts = new Map<string, number>()
  const rounds: T[][] = []
  for (const item of queue) {
    const round = counts.get(item.owner) ?? 0
    counts.set(item.owner, round + 1)
    if (rounds[round]) rounds[round].push(item)
    else rounds[round] = [item]
  }
  const batch = new Set<T>()
  let weight = 0
  for (const item of rounds.flat()) {
    if (batch.size > 0 && weight + item.weight > maxWeight) break
    weight += item.weight
    batch.add(item)
  }
  return { batch: [...batch], rest: queue.filter((item) => !batch.has(item)) }
}
