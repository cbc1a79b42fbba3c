import type { FastifyReply } from 'fastify'

/**
 * Returns a signal that aborts when the connection closes before `reply` was sent. (Fastify's own `request.signal` aborts
 * once the body was read, because Node then closes the request: https://nodejs.org/api/http.html#event-close_3.)
 */
export function clientLeft(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  const { raw } = reply
  if (raw.destroyed) controller.abort()
  else
    raw.once('close', () => {
      if (!raw.writableFinished) controller.abort()
    })
  return controller.signal
}
