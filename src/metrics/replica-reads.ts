import { Counter, Histogram, type Registry } from 'prom-client'
import type { ReplicaRead } from '../db/db.js'

/** Registers the metrics of reads from replicas, and returns a function that records one. */
export function countReads(registry: Registry): (read: ReplicaRead) => void {
  const registers = [registry]
  const reads = new Counter({
    name: 'replica_reads_total',
    help: 'Statements of lists and searches, by the server that executed them: a replica, or the primary in its place',
    labelNames: ['server'],
    registers,
  })
  const seconds = new Histogram({
    name: 'replica_wait_seconds',
    help: 'Time until a replica had caught up with the primary, or was given up',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25],
    registers,
  })
  return ({ server, waitedMs }) => {
    reads.inc({ server })
    seconds.observe(waitedMs / 1_000)
  }
}
