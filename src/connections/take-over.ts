import type { Server } from 'node:http'

/**
 * Removes the listeners of `event` from `server`.
 * @returns a function that calls them in order
 */
export function takeOver(server: Server, event: 'request' | 'upgrade'): (...args: unknown[]) => void {
  const listeners = server.listeners(event)
  server.removeAllListeners(event)
  return (...args) => {
    for (const listener of listeners) Reflect.apply(listener, server, args)
  }
}
