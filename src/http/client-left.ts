import type { FastifyReply } from 'fastify'

/**
 * A signal that aborts when the connection is closed before `reply` was sent. (Fastify's own `request.signal` aborts when
 * the body has been read: Node closes the request then, https://nodejs.org/api/http.html#event-close_3.)
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
