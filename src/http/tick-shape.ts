import { executionAsyncResource } from 'node:async_hooks'

const kept: object[] = []

/**
 * Retains one of process.nextTick's objects, of which a request creates a dozen. V8 keeps their shape only while one is
 * alive: after a garbage collection that found none, every later nextTick took a slow runtime path permanently, ten times
 * slower (Node 20). It happened by chance, and cost a tenth of the throughput.
 */
export function keepTickShape(): void {
  if (kept.length === 0) process.nextTick(() => kept.push(executionAsyncResource()))
}
