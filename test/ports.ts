import { once } from 'node:events'
import { createServer } from 'node:net'

// Below those that a system gives to whoever connects: else a client elsewhere could be given the port of a server that is
// away for a moment. Tests that run at the same time have a range each.
const FIRST = 12_000
const RANGE = 2_500
const RANGES = 8
const range = FIRST + (Number(process.env.TAP_JOB_ID ?? 0) % RANGES) * RANGE
let next = process.pid

/** A port of 127.0.0.1 that nobody listens on, and that no other test is given. */
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
