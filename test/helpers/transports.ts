import type { Transport } from '../../src/workers/channel.js'

/** Returns the two ends of a transport within this process, which close together. */
export function transportPair(): [Transport, Transport] {
  const closeListeners: (() => void)[] = []
  const receivers: ((text: string) => void)[] = []
  let closed = false
  const end = (own: 0 | 1): Transport => ({
    send: (text) => setImmediate(() => !closed && receivers[1 - own]?.(text)),
    onText: (receive) => (receivers[own] = receive),
    onClose: (listener) => closeListeners.push(listener),
    destroy() {
      closed = true
      for (const listener of closeListeners.splice(0)) listener()
    },
  })
  return [end(0), end(1)]
}
