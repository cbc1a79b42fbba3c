import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the ephemeral range: otherwise a client elsewhere could be assigned the port of a briefly stopped server.
// Concurrent tests use separate ranges.
const FIRST = 12_000
const RANGE = 2_500
const RANGES = 8
const range = FIRST + (Number(process.env.TAP_JOB_ID ?? 0) % RANGES) * RANGE
let next = process.pid

/** Returns a free port of 127.0.0.1, unused by other tests. */
export async function freePort(): Promise<number> {
  for (;;) {
    const probe = createServer().listen(range + (next++ % RANGE), '127.0.0.1')
    const free = await once(probe, 'listening').then(
      () => true,
      () => false,
    )
    if (!free) continue
    const { port } = probe.address() as { port: number }
    probe.close()
    await once(probe, 'close')
    return port
  }
}
