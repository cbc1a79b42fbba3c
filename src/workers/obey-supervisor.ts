import { startBeating } from './heartbeats.js'
import { connectToSibling } from './meeting.js'
import type { FromSupervisor, Sign, Started } from './roles.js'
import type { Siblings } from './siblings.js'

/**
 * Connects to the committer when the supervisor says where it is, and closes when it says so. (If the supervisor dies, Node
 * ends its processes.)
 */
export function obeySupervisor(siblings: Siblings, close: () => void): void {
  // Ctrl-C reaches all processes of the terminal, and the committer must outlive the workers.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.removeAllListeners(signal).on(signal, () => undefined)
  process.on('message', (message: FromSupervisor) => {
    if (message?.type === 'close') close()
    else if (message?.type === 'committer')
      void connectToSibling(message.meeting).then(
        (socket) => siblings.accept(socket),
        () => undefined,
      )
  })
  // The supervisor may have gone under a message; Node ends this process then.
  process.on('error', () => undefined)
  // Whatever it sent before there was a listener is lost.
  process.send?.({ type: 'hello' } satisfies Sign)
  startBeating(() => process.connected && process.send?.({ type: 'alive' } satisfies Sign))
}

/** Tells the supervisor that this process has started. */
export const tellStarted = (started: Omit<Started, 'type'>): void =>
  void process.send?.({ type: 'started', ...started } satisfies Started)
