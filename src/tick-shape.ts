import { executionAsyncResource } from 'node:async_hooks'

const kept: object[] = []

/**
 * Keeps one of the objects that process.nextTick makes, of which a request takes a dozen. V8 knows their shape only while
 * one lives: a garbage collection that found none had each later one made by a call of the runtime, for good, which takes
 * ten times as long (Node 20). Whether that came about was luck, and cost a tenth of all requests where it did.
 */
export function keepTickShape(): void {
  if (kept.length === 0) process.nextTick(() => kept.push(executionAsyncResource()))
}
