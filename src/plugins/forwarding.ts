import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Party } from '../accounts/passkeys/ceremonies.js'
import { clientAddress } from '../http/client-address.js'
import { type Source, sourceOf } from '../http/csrf.js'
import { isFromPlainHttp } from '../http/plain-http.js'
import { relyingPartyOf } from '../http/relying-party.js'
import { trustOf } from '../http/trust.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Reads the headers of a request as TRUST_PROXY says, whether it passes Fastify or not. */
    forwarding: {
      /** The client's IP address, without a port; undefined once the connection has been reset. */
      clientAddress(request: IncomingMessage): string | undefined
      /** Returns whether the request comes from a page of the server's own or an allowed origin, or of another one. */
      sourceOf(request: IncomingMessage): Source
      /** Whether a browser reports an own page loaded over plain HTTP as the origin of the request. */
      isFromPlainHttp(request: IncomingMessage): boolean
      /** The relying party of a WebAuthn ceremony on a page of the origin `page`, if allowed. */
      relyingParty(request: IncomingMessage, page?: string): Party | undefined
    }
  }
}

/**
 * Decorates `app.forwarding`, and has `request.ip` follow it. Fastify's own `trustProxy` stays off: it would keep the port
 * that some proxies append to an address, and handshakes of sockets don't pass it.
 */
export default fp(
  async (app) => {
    const { corsOrigins, publicUrl, trustProxy } = app.config
    const trust = trustOf(trustProxy)
    app.decorate('forwarding', {
      clientAddress: (request: IncomingMessage) => clientAddress(request, trust),
      sourceOf: (request: IncomingMessage) => sourceOf(request, corsOrigins, trust),
      isFromPlainHttp: (request: IncomingMessage) => isFromPlainHttp(request, trust),
      relyingParty: (request: IncomingMessage, page?: string) =>
        relyingPartyOf(request, { corsOrigins, publicUrl, trust }, page),
    })
    app.decorateRequest('ip', {
      getter(this: FastifyRequest) {
        return clientAddress(this.raw, trust) ?? ''
      },
    })
  },
  { name: 'forwarding', dependencies: ['config'] },
)
