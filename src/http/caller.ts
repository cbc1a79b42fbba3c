import type { FastifyRequest } from 'fastify'
import type { Caller } from '../db/admission.js'

/** Returns whom an answer is for: an address, and nobody any more once it has closed the connection. */
export const callerOf = (request: FastifyRequest): Caller => ({
  get client() {
    return request.ip
  },
  gone: () => request.raw.socket.destroyed,
})
